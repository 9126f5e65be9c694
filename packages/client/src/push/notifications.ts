import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { Abortable } from "../abortable.ts";
import { LosslessQueue } from "../live/lossless-queue.ts";
import { makeEvent } from "../rooms/event-factory.ts";
import type { MatrixEvent, Room } from "../rooms/room.ts";
import type { RoomContext } from "../rooms/room-context.ts";
import type { PushEvaluator } from "./push-evaluator.ts";

/** An event that the user's push rules want shown. */
export interface Notification {
  readonly room: Room;
  readonly event: MatrixEvent;
  /** Whether it is pointed out, as a mention is. */
  readonly highlight: boolean;
  /** The sound to make, such as `default`. */
  readonly sound: string | undefined;
}

/** Evaluates the user's push rules for each new event, if anybody asks. */
export class NotificationSource {
  readonly #queues = new Set<LosslessQueue<Notification>>();
  readonly #rules: PushEvaluator;

  constructor(rules: PushEvaluator) {
    this.#rules = rules;
  }

  /** Whether anybody asks. */
  get isWanted(): boolean {
    return this.#queues.size > 0;
  }

  /** Iterates over what is notified from the call on. */
  iterate(options: Abortable = {}): AsyncGenerator<Notification, void, void> {
    const queue: LosslessQueue<Notification> = new LosslessQueue(() => this.#queues.delete(queue));
    this.#queues.add(queue);
    return queue.read(options);
  }

  /** Looks at an event; resolves when those who iterate are done with it. */
  async dispatch(raw: ClientEventWithoutRoomId, room: Room, context: RoomContext): Promise<void> {
    if (this.#queues.size === 0) return;
    const data = context.base().rooms.get(room.id);
    if (!data) return;
    const userId = context.userId();
    const result = this.#rules.evaluate(raw, data, { userId, accountData: context.base().accountData });
    if (result?.notify !== true) return;
    const made = makeEvent(raw, room, context);
    if ("problem" in made) return;
    const notification = Object.freeze<Notification>({ room, event: made.event, highlight: result.highlight, sound: result.sound });
    await Promise.all([...this.#queues].map((queue) => queue.push(notification)));
  }
}
