import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * One of the conditions of which a joining user must meet at least one.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomjoin_rules_allowcondition}
 */
export interface AllowCondition {
  type: OpenEnum<"m.room_membership">;
  /** The room that the user must be joined to; only with `m.room_membership`. */
  room_id?: RoomId | undefined;
}
/** Checks {@link AllowCondition}. */
export const AllowCondition: Model<AllowCondition> = /* @__PURE__ */ model(() =>
  obj<AllowCondition>({ type: openEnum(["m.room_membership"]), room_id: z.optional(RoomId) }),
);

/**
 * Content of `m.room.join_rules`: who may join.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomjoin_rules}
 */
export interface RoomJoinRulesContent {
  join_rule: OpenEnum<"public" | "knock" | "invite" | "private" | "restricted" | "knock_restricted">;
  /** Only for `restricted` and `knock_restricted`. */
  allow?: AllowCondition[] | undefined;
}
/** Checks the content of `m.room.join_rules`. */
export const RoomJoinRulesContent: Model<RoomJoinRulesContent> = /* @__PURE__ */ model(() =>
  obj<RoomJoinRulesContent>({
    join_rule: openEnum(["public", "knock", "invite", "private", "restricted", "knock_restricted"]),
    allow: z.optional(z.array(AllowCondition.schema)),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.join_rules": RoomJoinRulesContent;
  }
  interface StateKeyMap {
    "m.room.join_rules": "";
  }
}

/** Defines `m.room.join_rules`. */
export const roomJoinRules: EventDefinition<"state", "m.room.join_rules", RoomJoinRulesContent> = /* @__PURE__ */ stateEvent(
  "m.room.join_rules",
  RoomJoinRulesContent,
  emptyStateKey,
);
