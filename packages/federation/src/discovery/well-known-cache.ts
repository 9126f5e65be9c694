import { LruCache, SingleFlight } from "@patrix/concurrency";
import { errorLifetimeMs } from "./cache-lifetime.ts";
import type { DiscoveryPorts } from "./discovery-ports.ts";
import { fetchWellKnown } from "./fetch-well-known.ts";

/** What is known of the delegation of a host. */
export interface Delegation {
  /** The delegated server name; `undefined` if the host delegates to none. */
  readonly server: string | undefined;
  readonly expiresAtTs: number;
  /** What went wrong, for logs. */
  readonly reason: string;
}

interface Entry extends Delegation {
  /** Failures in a row. */
  readonly failures: number;
}

const MAX_HOSTS = 10_000;

/** Keeps `.well-known` responses, good ones as long as they say and failures for up to an hour. Bounded in size. */
export class WellKnownCache {
  readonly #entries = new LruCache<string, Entry>(MAX_HOSTS);
  readonly #flights = new SingleFlight<string, Delegation>();

  /** Takes what has expired out of memory; how often hosts have failed is kept. */
  sweep(nowTs: number): void {
    this.#entries.sweep(({ expiresAtTs, failures }) => expiresAtTs <= nowTs && failures === 0);
  }

  /** The delegation of a host, fetched unless a fresh one is kept. It never rejects: a failure is no delegation. */
  get(host: string, ports: DiscoveryPorts): Promise<Delegation> {
    const entry = this.#entries.get(host);
    if (entry && entry.expiresAtTs > ports.clock.now()) return Promise.resolve(entry);
    return this.#flights.run(host, async () => {
      const fetched = await refresh(host, ports, entry?.failures ?? 0);
      this.#entries.set(host, fetched);
      return fetched;
    });
  }
}

async function refresh(host: string, ports: DiscoveryPorts, failuresBefore: number): Promise<Entry> {
  try {
    const { server, lifetimeMs } = await fetchWellKnown(host, ports);
    return { server, expiresAtTs: ports.clock.now() + lifetimeMs, reason: `delegates to ${server}`, failures: 0 };
  } catch (error) {
    const failures = failuresBefore + 1;
    const reason = error instanceof Error ? error.message : "the .well-known request failed";
    return { server: undefined, expiresAtTs: ports.clock.now() + errorLifetimeMs(failures), reason, failures };
  }
}
