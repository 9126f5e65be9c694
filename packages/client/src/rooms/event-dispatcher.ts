import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import type { EventDef } from "../events/event-def.ts";
import { LosslessQueue } from "../live/lossless-queue.ts";
import { type Subscription, subscription } from "../live/subscription.ts";
import type { Logger } from "../logger.ts";
import { type MadeEvent, makeCustomEvent, makeEvent } from "./event-factory.ts";
import type { MatrixEvent, Room } from "./room.ts";
import type { RoomContext } from "./room-context.ts";

interface Listener {
  readonly type: string;
  readonly definition: EventDef<string, unknown> | undefined;
  readonly roomId: RoomId | undefined;
  readonly deliver: (event: MatrixEvent) => unknown;
}

/** What to listen to. */
export interface ListenOptions extends Abortable {
  readonly roomId?: RoomId | undefined;
}

/** Hands new events to those who listen to their type. */
export class EventDispatcher {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Calls back for each event of a type. */
  listen(
    of: string | EventDef<string, unknown>,
    deliver: (event: MatrixEvent) => unknown,
    { roomId, signal }: ListenOptions = {},
  ): Subscription {
    const listener: Listener = {
      type: typeof of === "string" ? of : of.type,
      definition: typeof of === "string" ? undefined : of,
      roomId,
      deliver,
    };
    const listeners = this.#listeners.get(listener.type) ?? new Set();
    this.#listeners.set(listener.type, listeners.add(listener));
    return subscription(() => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(listener.type) === listeners) this.#listeners.delete(listener.type);
    }, signal);
  }

  /** Whether anybody listens to a type. */
  hasListeners(type: string): boolean {
    return this.#listeners.has(type);
  }

  /** Iterates over the events of a type; listens from the call on. */
  iterate(type: string, { roomId, signal }: ListenOptions = {}): AsyncGenerator<MatrixEvent, void, void> {
    const queue = new LosslessQueue<MatrixEvent>(() => end());
    const end = this.listen(type, (event) => queue.push(event), { roomId });
    return queue.read({ signal });
  }

  /** Tells the listeners of an event; resolves when all of them are done. Errors of theirs are logged. */
  async dispatch(raw: ClientEventWithoutRoomId, room: Room, context: RoomContext): Promise<void> {
    const listeners = [...(this.#listeners.get(raw.type) ?? [])].filter(({ roomId }) => roomId === undefined || roomId === room.id);
    if (listeners.length === 0) return;
    let checked: MadeEvent | undefined;
    const calls = listeners.map(async ({ definition, deliver }) => {
      const made = definition ? makeCustomEvent(raw, definition, room, context) : (checked ??= makeEvent(raw, room, context));
      if ("problem" in made) return this.#logger.debug(`${raw.type} ${raw.event_id} is not delivered: ${made.problem}`);
      try {
        await deliver(made.event);
      } catch (error) {
        this.#logger.error(`a listener to ${raw.type} failed`, error);
      }
    });
    await Promise.all(calls);
  }
}
