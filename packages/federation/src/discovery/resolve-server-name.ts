import { parseServerName, type ServerNameParts } from "@patrix/identifiers";
import { FederationError, isFederationError } from "../errors.ts";
import { withTimeout } from "../ports/with-timeout.ts";
import type { DiscoveryPorts } from "./discovery-ports.ts";
import { isReachableName } from "./fetch-well-known.ts";
import { lookUpHost } from "./look-up-host.ts";
import type { DiscoveryStep, DiscoveryTrace, ResolvedServer, ServerTarget } from "./resolved-server.ts";
import { orderSrvRecords } from "./srv-order.ts";
import { WellKnownCache } from "./well-known-cache.ts";

/** Port of servers that name none. */
export const DEFAULT_FEDERATION_PORT = 8448;
/** How long addresses are kept, in milliseconds: lookups do not tell for how long they hold. */
export const ADDRESS_LIFETIME_MS: number = 5 * 60 * 1000;

const DNS_TIMEOUT_MS = 20_000;
/** Most service records whose hosts are looked up. */
const MAX_SRV_TARGETS = 4;

/** Options of {@link resolveServerName}. */
export interface ResolveOptions {
  /** Keeps `.well-known` responses between calls; default: nothing is kept. */
  readonly wellKnown?: WellKnownCache | undefined;
  /** Told of each step as it ends; the only way to learn of the steps before a failure. */
  readonly onStep?: ((step: DiscoveryTrace) => void) | undefined;
}

/** The steps so far. */
class Trace {
  readonly steps: DiscoveryTrace[] = [];
  readonly #onStep: ResolveOptions["onStep"];

  constructor(onStep: ResolveOptions["onStep"]) {
    this.#onStep = onStep;
  }

  add(step: DiscoveryStep, outcome: string): void {
    this.steps.push({ step, outcome });
    this.#onStep?.({ step, outcome });
  }
}

/** The steps for a name, which differ by whether it was delegated. */
interface Steps {
  readonly literal: DiscoveryStep;
  readonly port: DiscoveryStep;
  readonly srv: DiscoveryStep;
  readonly deprecatedSrv: DiscoveryStep;
  readonly default: DiscoveryStep;
}

const OWN: Steps = { literal: "1", port: "2", srv: "4", deprecatedSrv: "5", default: "6" };
const DELEGATED: Steps = { literal: "3.1", port: "3.2", srv: "3.3", deprecatedSrv: "3.4", default: "3.5" };

type Found = Pick<ResolvedServer, "targets" | "hostHeader" | "certificateName" | "step">;

/**
 * Finds out how a server is reached, by all steps of server discovery. Every address in the result has passed the address policy;
 * whoever connects must connect to one of them, without another lookup.
 *
 * @throws {@link FederationError} `INVALID_SERVER_NAME`, `SERVER_NOT_FOUND`, `ADDRESS_NOT_ALLOWED` or `TIMED_OUT`.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names}
 */
export async function resolveServerName(serverName: string, ports: DiscoveryPorts, options: ResolveOptions = {}): Promise<ResolvedServer> {
  if (!isReachableName(serverName)) throw new FederationError("INVALID_SERVER_NAME", "the server name does not follow the grammar");
  const parts = parseServerName(serverName);
  const trace = new Trace(options.onStep);
  let expiresAtTs = ports.clock.now() + ADDRESS_LIFETIME_MS;
  let delegated: string | undefined;
  if (parts.kind === "dns" && parts.port === undefined) {
    const delegation = await (options.wellKnown ?? new WellKnownCache()).get(parts.host, ports);
    trace.add("3", delegation.reason);
    delegated = delegation.server;
    expiresAtTs = Math.min(ports.clock.now() + ADDRESS_LIFETIME_MS, delegation.expiresAtTs);
  }
  const found = await withTimeout(ports.clock, DNS_TIMEOUT_MS, (signal) => {
    const search = new Search(ports, signal, trace);
    return delegated === undefined ? search.find(serverName, parts, OWN) : search.find(delegated, parseServerName(delegated), DELEGATED);
  });
  return { serverName, ...found, trace: trace.steps, expiresAtTs };
}

/** The steps after `.well-known`, the same for the name itself and for a delegated one. */
class Search {
  readonly #ports: DiscoveryPorts;
  readonly #signal: AbortSignal;
  readonly #trace: Trace;

  constructor(ports: DiscoveryPorts, signal: AbortSignal, trace: Trace) {
    this.#ports = ports;
    this.#signal = signal;
    this.#trace = trace;
  }

  async find(name: string, { host, port, kind }: ServerNameParts, steps: Steps): Promise<Found> {
    const identity = { hostHeader: name, certificateName: host };
    if (kind !== "dns") return { ...identity, ...(await this.#host(steps.literal, host, port ?? DEFAULT_FEDERATION_PORT)) };
    if (port !== undefined) return { ...identity, ...(await this.#host(steps.port, host, port)) };
    const bySrv =
      (await this.#service(steps.srv, `_matrix-fed._tcp.${host}`)) ?? (await this.#service(steps.deprecatedSrv, `_matrix._tcp.${host}`));
    return { ...identity, ...(bySrv ?? (await this.#host(steps.default, host, DEFAULT_FEDERATION_PORT))) };
  }

  async #host(step: DiscoveryStep, host: string, port: number): Promise<Pick<Found, "targets" | "step">> {
    const addresses = await lookUpHost(host, this.#ports, this.#signal);
    this.#trace.add(step, `${host}, port ${port}`);
    return { step, targets: [{ host, port, addresses }] };
  }

  /** The servers of a service, `undefined` where there is no record of it. */
  async #service(step: DiscoveryStep, name: string): Promise<Pick<Found, "targets" | "step"> | undefined> {
    let records;
    try {
      records = await this.#ports.dns.resolveSrv(name, this.#signal);
    } catch {
      this.#signal.throwIfAborted();
      this.#trace.add(step, `${name} could not be looked up`);
      return undefined;
    }
    if (records.length === 0) {
      this.#trace.add(step, `no record of ${name}`);
      return undefined;
    }
    const offered = orderSrvRecords(records, this.#ports.random).filter(({ target, port }) => target !== "." && target !== "" && port > 0);
    if (offered.length === 0) throw new FederationError("SERVER_NOT_FOUND", `${name} says that there is no such service`);
    const targets = await this.#targets(offered.slice(0, MAX_SRV_TARGETS));
    this.#trace.add(step, `${name}: ${targets.map(({ host, port }) => `${host}, port ${port}`).join("; ")}`);
    return { step, targets };
  }

  /** Looks the hosts of service records up. Those that cannot be used are left out, as long as one is left. */
  async #targets(records: readonly { readonly target: string; readonly port: number }[]): Promise<ServerTarget[]> {
    const targets: ServerTarget[] = [];
    let failure: unknown;
    for (const { target, port } of records) {
      const host = target.replace(/\.$/, "");
      try {
        targets.push({ host, port, addresses: await lookUpHost(host, this.#ports, this.#signal) });
      } catch (error) {
        if (!isFederationError(error, "SERVER_NOT_FOUND", "ADDRESS_NOT_ALLOWED")) throw error;
        failure = error;
      }
    }
    if (targets.length === 0) throw failure;
    return targets;
  }
}
