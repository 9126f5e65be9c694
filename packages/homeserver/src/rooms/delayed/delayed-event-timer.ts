import type { Timer } from "@patrix/concurrency";
import type { Core } from "../../log/core.ts";
import { dueDelayedEvents, type DelayedEventRow, nextDelayedEvent } from "../../store/statements/delayed-events.ts";
import type { DelayedEvents } from "./delayed-events.ts";

/** How many delayed events are read at once. */
const READ_AT_ONCE = 50;
/** The longest wait: a jump of the machine's clock is noticed after it. */
const LONGEST_WAIT_MS = 30_000;
/** How long it waits after a fault of the server. */
const RETRY_MS = 1_000;

/** Sends delayed events when they are due: those of a room one after the other, in the order of their times. */
export class DelayedEventTimer implements AsyncDisposable {
  readonly #core: Core;
  readonly #events: Pick<DelayedEvents, "sendDue">;
  readonly #failed: (error: unknown) => void;
  #timer: Timer | undefined;
  #wakesAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(core: Core, events: Pick<DelayedEvents, "sendDue">, failed: (error: unknown) => void) {
    this.#core = core;
    this.#events = events;
    this.#failed = failed;
  }

  /** Sees to it that what is due at a time is sent then. */
  note(dueTs: number): void {
    if (this.#isStopped || dueTs >= this.#wakesAt) return;
    this.#timer?.cancel();
    this.#wakesAt = dueTs;
    const waitMs = Math.min(Math.max(dueTs - this.#core.clock.now(), 0), LONGEST_WAIT_MS);
    this.#timer = this.#core.clock.after(waitMs, () => {
      this.#wakesAt = Number.POSITIVE_INFINITY;
      this.#running = (this.#running ?? Promise.resolve()).then(() => this.#run());
    });
  }

  /** Stops after those that are under way; the others are sent after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, clock } = this.#core;
    try {
      for (;;) {
        const rows = this.#isStopped ? [] : await store.all(dueDelayedEvents, clock.now(), READ_AT_ONCE);
        if (rows.length === 0) break;
        const failures = (await Promise.all(byRoom(rows).map((ofRoom) => this.#send(ofRoom)))).flat();
        if (failures.length > 0) throw new AggregateError(failures, "delayed events could not be sent");
      }
      const next = this.#isStopped ? undefined : await store.get(nextDelayedEvent);
      if (next?.due_ts != null) this.note(next.due_ts);
    } catch (error) {
      if (this.#isStopped) return;
      this.#failed(error);
      this.note(clock.now() + RETRY_MS);
    }
  }

  /** @returns What went wrong. One that fails holds up those after it as little as those of other rooms. */
  async #send(rows: readonly DelayedEventRow[]): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const { delay_id: delayId } of rows) {
      if (this.#isStopped) break;
      await this.#events.sendDue(delayId).catch((error: unknown) => failures.push(error));
    }
    return failures;
  }
}

function byRoom(rows: readonly DelayedEventRow[]): DelayedEventRow[][] {
  const rooms = new Map<number, DelayedEventRow[]>();
  for (const row of rows) {
    const ofRoom = rooms.get(row.room_nid) ?? [];
    rooms.set(row.room_nid, ofRoom);
    ofRoom.push(row);
  }
  return [...rooms.values()];
}
