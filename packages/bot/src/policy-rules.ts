import type { Room, RoomId } from "@patrix/client";
import { compileGlob } from "@patrix/push-rules";

/** What a rule is about. */
export type PolicyKind = "user" | "room" | "server";

/** A rule of a policy list. */
export interface PolicyRule {
  readonly kind: PolicyKind;
  /** A glob. */
  readonly entity: string;
  /** What the list advises to do: `m.ban`, or what is not specified. */
  readonly recommendation: string;
  readonly reason: string;
  /** The list that has it. */
  readonly listId: RoomId;
  /** Whether it is about a user ID, room ID or alias, or server name. */
  readonly matches: (value: string) => boolean;
}

/** Rules of one list and kind that are read; more are left out. */
export const maxPolicyRules = 20_000;

/**
 * The rules of a policy list that is a room the client is in, as it knows them now; what is malformed or taken back is left out.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#moderation-policy-lists}
 * @example
 * const rule = policyRulesOf(list).find(({ kind, matches }) => kind === "user" && matches(userId));
 */
export function policyRulesOf(list: Room): readonly PolicyRule[] {
  return (["user", "room", "server"] as const).flatMap((kind) =>
    list.state
      .all(`m.policy.rule.${kind}`)
      .slice(0, maxPolicyRules)
      .map(({ content: { entity, recommendation, reason } }) => ({
        kind,
        entity,
        // Lists of before it was specified.
        recommendation: recommendation === "org.matrix.mjolnir.ban" ? "m.ban" : recommendation,
        reason,
        listId: list.id,
        matches: compileGlob(entity),
      })),
  );
}
