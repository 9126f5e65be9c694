/** Runs tasks of one room one after the other, and of different rooms side by side. */
export class RoomQueues {
  readonly #tails = new Map<string, Promise<void>>();

  /** Adds a task; resolves when it is done. Tasks must not throw. */
  run(roomId: string, task: () => Promise<void>): Promise<void> {
    const tail = (this.#tails.get(roomId) ?? Promise.resolve()).then(task);
    this.#tails.set(roomId, tail);
    return tail.then(() => {
      if (this.#tails.get(roomId) === tail) this.#tails.delete(roomId);
    });
  }
}
