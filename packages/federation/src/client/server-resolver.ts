import { LruCache, SingleFlight } from "@patrix/concurrency";
import type { DiscoveryPorts } from "../discovery/discovery-ports.ts";
import { resolveServerName } from "../discovery/resolve-server-name.ts";
import type { ResolvedServer } from "../discovery/resolved-server.ts";
import { WellKnownCache } from "../discovery/well-known-cache.ts";

const MAX_SERVERS = 10_000;
/** How often it is looked which results have expired, in milliseconds. */
const SWEEP_INTERVAL_MS = 60_000;

/** What is kept of a server: not how it was found. */
export type KnownServer = Pick<ResolvedServer, "targets" | "hostHeader" | "certificateName" | "expiresAtTs">;

/** Resolves server names and keeps the results until they expire. */
export class ServerResolver {
  readonly #ports: DiscoveryPorts;
  readonly #wellKnown = new WellKnownCache();
  readonly #servers = new LruCache<string, KnownServer>(MAX_SERVERS);
  readonly #flights = new SingleFlight<string, KnownServer>();
  #sweptTs = 0;

  constructor(ports: DiscoveryPorts) {
    this.#ports = ports;
  }

  /** @throws {@link FederationError} as {@link resolveServerName}; failures are not kept. */
  resolve(serverName: string): Promise<KnownServer> {
    const known = this.#servers.get(serverName);
    if (known && known.expiresAtTs > this.#ports.clock.now()) return Promise.resolve(known);
    return this.#flights.run(serverName, async () => {
      const { targets, hostHeader, certificateName, expiresAtTs } = await resolveServerName(serverName, this.#ports, {
        wellKnown: this.#wellKnown,
      });
      const server = { targets, hostHeader, certificateName, expiresAtTs };
      this.#sweep();
      this.#servers.set(serverName, server);
      return server;
    });
  }

  /** Once in a while, takes what has expired out of memory: of most servers nothing is wanted for long. */
  #sweep(): void {
    const now = this.#ports.clock.now();
    if (now - this.#sweptTs < SWEEP_INTERVAL_MS) return;
    this.#sweptTs = now;
    this.#servers.sweep(({ expiresAtTs }) => expiresAtTs <= now);
    this.#wellKnown.sweep(now);
  }

  /** Forgets where a server is, after it could not be reached there. */
  forget(serverName: string): void {
    this.#servers.delete(serverName);
  }
}
