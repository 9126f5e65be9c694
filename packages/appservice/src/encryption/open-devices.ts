import type { TimerClock } from "@patrix/concurrency";
import type { UserId } from "@patrix/identifiers";
import type { OpenDevice } from "./open-device.ts";

/** What {@link OpenDevices} work with. */
export interface OpenDevicesParts {
  readonly open: (userId: UserId) => Promise<OpenDevice>;
  /** Whose device stays open. */
  readonly pinned: UserId;
  readonly clock: TimerClock;
  /** How many may be open at once. */
  readonly limit: number;
  /** How long a device that nobody uses stays open, in milliseconds. */
  readonly idleMs: number;
}

interface Slot {
  readonly userId: UserId;
  readonly opened: Promise<OpenDevice>;
  uses: number;
  idle: AbortController | undefined;
}

/**
 * The devices whose encryption is open: opened when they are needed, and closed when nobody has used them for a while, or when others need
 * their places.
 */
export class OpenDevices {
  readonly #parts: OpenDevicesParts;
  /** Those that were used last are last. */
  readonly #slots = new Map<UserId, Slot>();
  readonly #closing = new Map<UserId, Promise<void>>();
  #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(parts: OpenDevicesParts) {
    this.#parts = parts;
  }

  /** How many are open, or being opened or closed. */
  get size(): number {
    return this.#slots.size + this.#closing.size;
  }

  /** Who has a device that is open. */
  get users(): UserId[] {
    return [...this.#slots.keys()];
  }

  /** Uses the device of a user, which stays open meanwhile. @throws What opening and the task throw. */
  async use<T>(userId: UserId, task: (device: OpenDevice) => Promise<T>): Promise<T> {
    const slot = await this.#take(userId);
    try {
      return await task(await slot.opened);
    } finally {
      this.#release(slot);
    }
  }

  /** Closes the device of a user as soon as nobody uses it. */
  async close(userId: UserId): Promise<void> {
    for (;;) {
      const slot = this.#slots.get(userId);
      if (!slot) return this.#closing.get(userId);
      if (slot.uses === 0) return this.#close(slot);
      await this.#somethingEnds();
    }
  }

  /** Closes all of them; none is opened any more. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#slots.keys(), ...this.#closing.keys()].map((userId) => this.close(userId)));
  }

  async #take(userId: UserId): Promise<Slot> {
    for (;;) {
      if (this.#isClosed) throw new Error("the service has stopped");
      const known = this.#slots.get(userId);
      if (known) return this.#use(known);
      if (!this.#closing.has(userId) && this.size < this.#parts.limit) return this.#open(userId);
      const oldest = this.size < this.#parts.limit ? undefined : this.#oldestIdle();
      if (oldest) await this.#close(oldest);
      else await (this.#closing.get(userId) ?? this.#somethingEnds());
    }
  }

  #open(userId: UserId): Slot {
    const slot: Slot = { userId, opened: this.#parts.open(userId), uses: 1, idle: undefined };
    this.#slots.set(userId, slot);
    slot.opened.catch(() => {
      if (this.#slots.get(userId) === slot) this.#slots.delete(userId);
    });
    return slot;
  }

  #use(slot: Slot): Slot {
    slot.idle?.abort();
    slot.uses += 1;
    this.#slots.delete(slot.userId);
    this.#slots.set(slot.userId, slot);
    return slot;
  }

  #release(slot: Slot): void {
    slot.uses -= 1;
    if (slot.uses === 0 && slot.userId !== this.#parts.pinned) this.#closeLater(slot);
    this.#end();
  }

  #closeLater(slot: Slot): void {
    const idle = new AbortController();
    slot.idle = idle;
    this.#parts.clock.sleep(this.#parts.idleMs, idle.signal).then(
      () => (slot.uses === 0 && this.#slots.get(slot.userId) === slot ? this.#close(slot) : undefined),
      // Somebody uses it again.
      () => {},
    );
  }

  #oldestIdle(): Slot | undefined {
    return [...this.#slots.values()].find(({ uses, userId }) => uses === 0 && userId !== this.#parts.pinned);
  }

  async #close(slot: Slot): Promise<void> {
    slot.idle?.abort();
    this.#slots.delete(slot.userId);
    const closing = slot.opened.then((device) => device.close()).catch(() => {});
    this.#closing.set(slot.userId, closing);
    await closing;
    this.#closing.delete(slot.userId);
    this.#end();
  }

  #end(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #somethingEnds(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
