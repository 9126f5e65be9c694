/** @internal A priority queue of integers: the smallest first. */
export class IntHeap {
  readonly #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(value: number): void {
    const items = this.#items;
    let hole = items.length;
    items.push(value);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = items[parent] ?? 0;
      if (above <= value) break;
      items[hole] = above;
      hole = parent;
    }
    items[hole] = value;
  }

  /** Removes and returns the smallest item, `undefined` if there is none. */
  pop(): number | undefined {
    const items = this.#items;
    const smallest = items[0];
    const last = items.pop();
    if (last !== undefined && items.length > 0) this.#sink(last);
    return smallest;
  }

  #sink(value: number): void {
    const items = this.#items;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] ?? 0) < (items[child] ?? 0)) child += 1;
      const below = items[child] ?? 0;
      if (below >= value) break;
      items[hole] = below;
      hole = child;
    }
    items[hole] = value;
  }
}
