import type { ClientEventWithoutRoomId } from "@patrix/events";
import { type CompiledRuleset, compileRuleset, mergePredefinedRules, type PushEvaluation, Ruleset } from "@patrix/push-rules";
import type { UserId } from "@patrix/identifiers";
import { powerLevelsOf } from "../base/power-levels.ts";
import { type BaseState, type RoomData, stateContent, textOf } from "../base/room-data.ts";

/** Evaluates the user's push rules, which are made ready once for each version of them. */
export class PushEvaluator {
  #compiled: { readonly content: unknown; readonly userId: UserId; readonly rules: CompiledRuleset } | undefined;

  /** What the rules want of an event of a room; `undefined` where none matches, as for the user's own events. */
  evaluate(
    event: ClientEventWithoutRoomId,
    room: RoomData,
    { accountData, userId }: Pick<BaseState, "accountData"> & { readonly userId: UserId },
  ): PushEvaluation | undefined {
    return this.#rules(accountData, userId).evaluate(event, {
      userId,
      roomId: room.id,
      displayName: textOf(stateContent(room, "m.room.member", userId), "displayname"),
      memberCount: room.joinedCount,
      powerLevels: powerLevelsOf(room),
    });
  }

  #rules(accountData: BaseState["accountData"], userId: UserId): CompiledRuleset {
    const content = accountData.get("m.push_rules")?.["global"];
    if (this.#compiled && this.#compiled.content === content && this.#compiled.userId === userId) return this.#compiled.rules;
    const stored = Ruleset.safeParse(content ?? {});
    const rules = compileRuleset(mergePredefinedRules(stored.ok ? stored.value : {}, userId));
    this.#compiled = { content, userId, rules };
    return rules;
  }
}
