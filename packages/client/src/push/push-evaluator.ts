import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { CompiledRuleset, PushEvaluation } from "@patrix/push-rules";
import type { UserId } from "@patrix/identifiers";
import { powerLevelsOf } from "../base/power-levels.ts";
import { type BaseState, type RoomData, stateContent, textOf } from "../base/room-data.ts";
import type { Loaded } from "../loaded.ts";
import type { compilePushRules } from "./compile-push-rules.ts";

/** Evaluates the user's push rules, which are made ready once for each version of them. */
export class PushEvaluator {
  #compile: typeof compilePushRules | undefined;
  #compiled: { readonly content: unknown; readonly userId: UserId; readonly rules: CompiledRuleset } | undefined;

  /** Gets ready to evaluate. */
  readonly load: Loaded<void>;

  /** Takes what loads what rules are made ready by. */
  constructor(compile: Loaded<typeof compilePushRules>) {
    this.load = async () => void (this.#compile ??= await compile());
  }

  /** What the rules want of an event of a room; `undefined` where none matches, as for the user's own events, and before {@link PushEvaluator.load}. */
  evaluate(
    event: ClientEventWithoutRoomId,
    room: RoomData,
    { accountData, userId }: Pick<BaseState, "accountData"> & { readonly userId: UserId },
  ): PushEvaluation | undefined {
    return this.#rules(accountData, userId)?.evaluate(event, {
      userId,
      roomId: room.id,
      displayName: textOf(stateContent(room, "m.room.member", userId), "displayname"),
      memberCount: room.joinedCount,
      powerLevels: powerLevelsOf(room),
    });
  }

  #rules(accountData: BaseState["accountData"], userId: UserId): CompiledRuleset | undefined {
    const content = accountData.get("m.push_rules")?.["global"];
    if (this.#compiled && this.#compiled.content === content && this.#compiled.userId === userId) return this.#compiled.rules;
    const rules = this.#compile?.(content, userId);
    this.#compiled = rules && { content, userId, rules };
    return rules;
  }
}
