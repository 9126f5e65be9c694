/** Wakes users who wait for something new. What a batch touches is collected, and each waiting user is woken once per batch. */
export class WakeUps {
  readonly #waiting = new Map<number, Set<() => void>>();
  readonly #touched = new Set<number>();

  /** Marks users for whom the current batch, or something in memory only, brings news. */
  touch(userNids: Iterable<number>): void {
    for (const nid of userNids) if (this.#waiting.has(nid)) this.#touched.add(nid);
  }

  /** Whether anyone waits for this user. */
  isWaiting(userNid: number): boolean {
    return this.#waiting.has(userNid);
  }

  /** Wakes every touched user; called after each batch, and after changes that are in memory only. */
  flush(): void {
    if (this.#touched.size === 0) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const nid of touched) {
      const waiting = this.#waiting.get(nid);
      this.#waiting.delete(nid);
      for (const wake of waiting ?? []) wake();
    }
  }

  /**
   * Waits until the user is touched, the time is over or the signal is aborted. Register in the same tick as the check
   * that found nothing new, or a wake-up may be missed.
   *
   * @returns Whether the user was touched.
   */
  wait(userNid: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(userNid) ?? new Set();
      this.#waiting.set(userNid, waiting);
      const finish = (touched: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", giveUp);
        waiting.delete(wake);
        if (waiting.size === 0 && this.#waiting.get(userNid) === waiting) this.#waiting.delete(userNid);
        resolve(touched);
      };
      const wake = (): void => finish(true);
      const giveUp = (): void => finish(false);
      const timer = setTimeout(giveUp, timeoutMs);
      signal.addEventListener("abort", giveUp, { once: true });
      waiting.add(wake);
      if (signal.aborted) giveUp();
    });
  }
}
