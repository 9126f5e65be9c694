interface Entry<V> {
  readonly value: V;
  readonly weight: number;
  /** Whether it was asked for since it was stored, or since it was last spared. */
  isUsed: boolean;
}

/**
 * A map with a limit on its total weight that forgets the oldest entries which nobody has asked for; an entry weighs 1 unless told
 * otherwise. One that was asked for is spared once: it counts as new again. The newest entry stays even if it alone is over the limit.
 */
export class LruCache<K, V> {
  readonly #entries = new Map<K, Entry<V>>();
  readonly #limit: number;
  #weight = 0;

  /** @param limit The most that all entries weigh together. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value of a key, which is spared when the limit is next passed. */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.isUsed = true;
    return entry.value;
  }

  /** Stores a value; entries go if the limit is passed. */
  set(key: K, value: V, weight = 1): void {
    this.delete(key);
    this.#entries.set(key, { value, weight, isUsed: false });
    this.#weight += weight;
    if (this.#weight > this.#limit) this.#evict(key);
  }

  /** Makes room, sparing `newest`. Entries that were used go to the end of the map without their mark, so that one round is enough. */
  #evict(newest: K): void {
    for (const [key, entry] of this.#entries) {
      if (this.#weight <= this.#limit || this.#entries.size === 1) return;
      if (key === newest || entry.isUsed) {
        this.#entries.delete(key);
        this.#entries.set(key, entry);
        entry.isUsed = false;
      } else this.delete(key);
    }
  }

  /** Removes an entry. */
  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
  }

  /** Removes every entry. */
  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }
}
