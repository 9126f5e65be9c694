/**
 * Runs tasks of the same key one after another, in the order they came, and those of different keys side by side.
 *
 * @example
 * await queue.run(roomId, async () => store.set(roomId, (await store.get(roomId)) + 1));
 */
export class KeyedQueue<K> {
  readonly #tails = new Map<K, Promise<unknown>>();

  /** How many keys have a task that runs or waits. */
  get size(): number {
    return this.#tails.size;
  }

  /** Runs a task once those before it have ended, however they ended; at once if there are none. @throws What the task throws. */
  async run<T>(key: K, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    const running = before ? before.then(task, task) : task();
    this.#tails.set(key, running);
    try {
      return await running;
    } finally {
      if (this.#tails.get(key) === running) this.#tails.delete(key);
    }
  }
}
