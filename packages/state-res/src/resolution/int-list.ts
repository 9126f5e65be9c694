const FIRST_CAPACITY = 1024;

/** @internal A growing list of integers in one typed array. */
export class IntList {
  length = 0;
  #items: Int32Array = new Int32Array(FIRST_CAPACITY);

  push(value: number): void {
    if (this.length === this.#items.length) {
      const wider = new Int32Array(this.length * 2);
      wider.set(this.#items);
      this.#items = wider;
    }
    this.#items[this.length] = value;
    this.length += 1;
  }

  /** Removes and returns the last item. The list must not be empty. */
  pop(): number {
    this.length -= 1;
    return this.#items[this.length] ?? 0;
  }

  at(index: number): number {
    return this.#items[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.#items[index] = value;
  }
}
