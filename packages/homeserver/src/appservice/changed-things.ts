/** Numbers of things that have changed and of which nobody was told, those that changed last; each once. */
export class ChangedThings {
  readonly #limit: number;
  readonly #nids = new Set<number>();

  /** @param limit - How many are kept; beyond that, what changed longest ago is forgotten. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Notes a change. */
  note(nid: number): void {
    this.#nids.delete(nid);
    this.#nids.add(nid);
    const [oldest] = this.#nids;
    if (this.#nids.size > this.#limit && oldest !== undefined) this.#nids.delete(oldest);
  }

  /** Whether nobody is to be told of anything. */
  get isEmpty(): boolean {
    return this.#nids.size === 0;
  }

  /** Takes out those that changed first, at most so many. */
  take(most: number): number[] {
    const taken = [...this.#nids].slice(0, most);
    for (const nid of taken) this.#nids.delete(nid);
    return taken;
  }
}
