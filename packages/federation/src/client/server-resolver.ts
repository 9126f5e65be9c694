import { LruCache, SingleFlight } from "@patrix/concurrency";
import type { DiscoveryPorts } from "../discovery/discovery-ports.ts";
import { resolveServerName } from "../discovery/resolve-server-name.ts";
import type { ResolvedServer } from "../discovery/resolved-server.ts";
import { WellKnownCache } from "../discovery/well-known-cache.ts";

const MAX_SERVERS = 10_000;

/** Resolves server names and keeps the results until they expire. */
export class ServerResolver {
  readonly #ports: DiscoveryPorts;
  readonly #wellKnown = new WellKnownCache();
  readonly #servers = new LruCache<string, ResolvedServer>(MAX_SERVERS);
  readonly #flights = new SingleFlight<string, ResolvedServer>();

  constructor(ports: DiscoveryPorts) {
    this.#ports = ports;
  }

  /** @throws {@link FederationError} as {@link resolveServerName}; failures are not kept. */
  resolve(serverName: string): Promise<ResolvedServer> {
    const known = this.#servers.get(serverName);
    if (known && known.expiresAtTs > this.#ports.clock.now()) return Promise.resolve(known);
    return this.#flights.run(serverName, async () => {
      const server = await resolveServerName(serverName, this.#ports, { wellKnown: this.#wellKnown });
      this.#servers.set(serverName, server);
      return server;
    });
  }

  /** Forgets where a server is, after it could not be reached there. */
  forget(serverName: string): void {
    this.#servers.delete(serverName);
  }
}
