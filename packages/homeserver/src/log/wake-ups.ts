/** A place in the queue of those who wait for a user's news. */
export interface Waiter extends Disposable {
  /**
   * Resolves when the user was touched since the waiter was made or last waited, when the time is over, or on abort.
   *
   * @returns Whether the user was touched.
   */
  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

class RegisteredWaiter implements Waiter {
  readonly #leave: () => void;
  #touched = false;
  #wake: (() => void) | undefined;

  constructor(leave: (waiter: RegisteredWaiter) => void) {
    this.#leave = () => leave(this);
  }

  touch(): void {
    this.#touched = true;
    this.#wake?.();
  }

  async wait(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#touched && !signal.aborted) await this.#sleep(timeoutMs, signal);
    const touched = this.#touched;
    this.#touched = false;
    return touched;
  }

  #sleep(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      signal.addEventListener("abort", finish, { once: true });
      this.#wake = finish;
    });
  }

  [Symbol.dispose](): void {
    this.#leave();
  }
}

/** The key under which one waits for what happens in a room, whether or not one is in it; users have positive numbers. */
export function keyOfRoom(roomNid: number): number {
  return -roomNid;
}

/** Wakes users who wait for something new. What a batch touches is collected, and each waiting user is woken once per batch. */
export class WakeUps {
  readonly #waiters = new Map<number, Set<RegisteredWaiter>>();
  readonly #touched = new Set<number>();

  /** Marks users for whom the current batch, or something in memory only, brings news. */
  touch(userNids: Iterable<number>): void {
    if (this.#waiters.size === 0) return;
    for (const nid of userNids) if (this.#waiters.has(nid)) this.#touched.add(nid);
  }

  /** Wakes every touched user; called after each batch, and after changes that are in memory only. */
  flush(): void {
    if (this.#touched.size === 0) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const nid of touched) for (const waiter of this.#waiters.get(nid) ?? []) waiter.touch();
  }

  /** How many wait for a user's news. */
  countOf(userNid: number): number {
    return this.#waiters.get(userNid)?.size ?? 0;
  }

  /** Registers a waiter; do so before looking for news, so that none is missed in between. */
  register(userNid: number): Waiter {
    const waiters = this.#waiters.get(userNid) ?? new Set();
    this.#waiters.set(userNid, waiters);
    const waiter = new RegisteredWaiter((left) => {
      waiters.delete(left);
      if (waiters.size === 0 && this.#waiters.get(userNid) === waiters) this.#waiters.delete(userNid);
    });
    waiters.add(waiter);
    return waiter;
  }
}
