/** Runs tasks of the same key one after the other, and tasks of different keys side by side. */
export class Serial<K> {
  readonly #last = new Map<K, Promise<unknown>>();

  /** Runs a task when those before it with the same key are done. */
  async run<T>(key: K, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const result = before ? before.then(task, task) : task();
    this.#last.set(key, result);
    try {
      return await result;
    } finally {
      if (this.#last.get(key) === result) this.#last.delete(key);
    }
  }
}
