import type { ClientEventWithoutRoomId } from "@patrix/events";
import { type CompiledRuleset, compileRuleset, mergePredefinedRules, Ruleset } from "@patrix/push-rules";
import type { Abortable } from "../abortable.ts";
import { powerLevelsOf } from "../base/power-levels.ts";
import { stateContent, textOf } from "../base/room-data.ts";
import { LosslessQueue } from "../live/lossless-queue.ts";
import { makeEvent } from "../rooms/event-factory.ts";
import type { MatrixEvent, Room } from "../rooms/room.ts";
import type { RoomContext } from "../rooms/room-context.ts";

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
  #compiled: { readonly content: unknown; readonly rules: CompiledRuleset } | undefined;

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
    const result = this.#rules(context, userId).evaluate(raw, {
      userId,
      roomId: room.id,
      displayName: textOf(stateContent(data, "m.room.member", userId), "displayname"),
      memberCount: data.joinedCount,
      powerLevels: powerLevelsOf(data),
    });
    if (result?.notify !== true) return;
    const made = makeEvent(raw, room, context);
    if ("problem" in made) return;
    const notification = Object.freeze<Notification>({ room, event: made.event, highlight: result.highlight, sound: result.sound });
    await Promise.all([...this.#queues].map((queue) => queue.push(notification)));
  }

  #rules(context: RoomContext, userId: string): CompiledRuleset {
    const content = context.base().accountData.get("m.push_rules")?.["global"];
    if (this.#compiled && this.#compiled.content === content) return this.#compiled.rules;
    const stored = Ruleset.safeParse(content ?? {});
    const rules = compileRuleset(mergePredefinedRules(stored.ok ? stored.value : {}, userId));
    this.#compiled = { content, rules };
    return rules;
  }
}
