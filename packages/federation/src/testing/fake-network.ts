import { createAddressPolicy } from "../addresses/address-policy.ts";
import type { DiscoveryPorts } from "../discovery/discovery-ports.ts";
import { FederationError } from "../errors.ts";
import type { Dns, SrvRecord } from "../ports/dns.ts";
import type { HttpsConnector, HttpsRequest, HttpsResponse } from "../ports/https.ts";
import { FakeClock } from "./fake-clock.ts";

/** What a scripted server answers. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** JSON, unless it is a string or a stream. */
  readonly body?: unknown;
}

/** Answers requests to one host, by the name that its certificate must have. */
export type FakeServer = (request: HttpsRequest) => FakeAnswer | Promise<FakeAnswer>;

/** A scripted internet. */
export class FakeNetwork {
  readonly clock: FakeClock = new FakeClock();
  /** Addresses by host; `fail` for lookups that fail. */
  readonly hosts: Map<string, readonly string[] | "fail"> = new Map();
  /** Service records by name. */
  readonly services: Map<string, readonly SrvRecord[] | "fail"> = new Map();
  /** Servers by certificate name. */
  readonly servers: Map<string, FakeServer> = new Map();
  /** Addresses that refuse connections. */
  readonly down: Set<string> = new Set();
  readonly requests: HttpsRequest[] = [];
  readonly lookups: string[] = [];
  /** How many bodies were left before their end. */
  abandonedBodies = 0;
  random = 0;

  readonly dns: Dns = {
    lookup: (host) => this.#find(this.hosts, host),
    resolveSrv: (name) => this.#find(this.services, name),
  };

  readonly https: HttpsConnector = {
    send: async (request) => {
      this.requests.push(request);
      if (this.down.has(request.address)) throw new FederationError("CONNECTION_FAILED", "refused");
      const server = this.servers.get(request.certificateName);
      if (!server) throw new FederationError("CONNECTION_FAILED", "nobody listens");
      return this.#respond(await server(request));
    },
  };

  /** The ports, with the default address policy or another. */
  ports(mayConnect: (address: string) => boolean = createAddressPolicy()): DiscoveryPorts {
    return { dns: this.dns, https: this.https, clock: this.clock, random: () => this.random, mayConnect };
  }

  /** Adds a host with one address and a server. */
  add(host: string, address: string, server?: FakeServer): void {
    this.hosts.set(host, [address]);
    if (server) this.servers.set(host, server);
  }

  #find<T>(table: ReadonlyMap<string, readonly T[] | "fail">, name: string): Promise<readonly T[]> {
    this.lookups.push(name);
    const found = table.get(name) ?? [];
    return found === "fail" ? Promise.reject(new Error("SERVFAIL")) : Promise.resolve(found);
  }

  #respond({ status = 200, headers = {}, body = {} }: FakeAnswer): HttpsResponse {
    return { status, headers, body: this.#stream(body) };
  }

  async *#stream(body: unknown): AsyncGenerator<Uint8Array> {
    let isComplete = false;
    try {
      if (isStream(body)) yield* body;
      else yield new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
      isComplete = true;
    } finally {
      if (!isComplete) this.abandonedBodies++;
    }
  }
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}
