import { LruCache } from "@patrix/concurrency";
import type { JsonObject } from "@patrix/signatures";

/** A key as it is stored. */
export interface StoredKey {
  /** Public key in unpadded base64. */
  readonly key: string;
  /** Until when the key counts as valid, at most seven days after it was fetched; in milliseconds since the epoch. */
  readonly validUntilTs: number;
  /** When the key was retired, in milliseconds since the epoch. */
  readonly expiredTs?: number | undefined;
}

/** All that is known of the keys of a server. */
export interface StoredServerKeys {
  /** By key ID; keys that the server no longer publishes stay. */
  readonly keys: Readonly<Record<string, StoredKey>>;
  /** When they were fetched, in milliseconds since the epoch. */
  readonly fetchedTs: number;
  /** The latest response as it came, for answers as a notary. */
  readonly response: JsonObject;
}

/** Keeps the keys of other servers, as a port. */
export interface KeyStore {
  load(server: string): Promise<StoredServerKeys | undefined>;
  save(server: string, keys: StoredServerKeys): Promise<void>;
}

/** A {@link KeyStore} in memory, of the servers used last. */
export class MemoryKeyStore implements KeyStore {
  readonly #servers: LruCache<string, StoredServerKeys>;

  /** @param maxServers default 10,000. */
  constructor(maxServers: number = 10_000) {
    this.#servers = new LruCache(maxServers);
  }

  load(server: string): Promise<StoredServerKeys | undefined> {
    return Promise.resolve(this.#servers.get(server));
  }

  save(server: string, keys: StoredServerKeys): Promise<void> {
    this.#servers.set(server, keys);
    return Promise.resolve();
  }
}
