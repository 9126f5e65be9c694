interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
  readonly weight: number;
  /** Whether it was asked for since it was stored, or since it was last spared. */
  isUsed: boolean;
  older: Entry<K, V> | undefined;
  newer: Entry<K, V> | undefined;
}

/**
 * A map with a limit on its total weight that forgets the oldest entries which nobody has asked for; an entry weighs 1 unless told
 * otherwise. One that was asked for is spared once: it counts as new again. The newest entry stays even if it alone is over the limit.
 */
export class LruCache<K, V> {
  // Entries are linked by age: a map that loses its first keys over and over looks for the next one behind all that are gone.
  readonly #entries = new Map<K, Entry<K, V>>();
  readonly #limit: number;
  #weight = 0;
  #oldest: Entry<K, V> | undefined;
  #newest: Entry<K, V> | undefined;

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
    const entry: Entry<K, V> = { key, value, weight, isUsed: false, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#append(entry);
    this.#weight += weight;
    if (this.#weight > this.#limit) this.#evict(entry);
  }

  /** Makes room, sparing `newest`. Entries that were used count as new without their mark, so that one round is enough. */
  #evict(newest: Entry<K, V>): void {
    while (this.#weight > this.#limit && this.#entries.size > 1) {
      const entry = this.#oldest;
      if (!entry) return;
      if (entry === newest || entry.isUsed) {
        this.#unlink(entry);
        this.#append(entry);
        entry.isUsed = false;
      } else this.delete(entry.key);
    }
  }

  /** Removes an entry. */
  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#unlink(entry);
    this.#weight -= entry.weight;
  }

  /** Removes the entries of values that are of no use any more. */
  sweep(isOver: (value: V) => boolean): void {
    for (let entry = this.#oldest; entry;) {
      const { newer, key, value } = entry;
      if (isOver(value)) this.delete(key);
      entry = newer;
    }
  }

  /** Removes every entry. */
  clear(): void {
    this.#entries.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#weight = 0;
  }

  #append(entry: Entry<K, V>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest) this.#newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry<K, V>): void {
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
  }
}
