import { isUserId } from "@patrix/identifiers";
import { isStableRoomVersion } from "@patrix/room-versions";
import type { AuthCheck } from "../auth-check.ts";
import type { AuthRule } from "../auth-rule.ts";
import { haveSameDomain, member } from "../raw-content.ts";

/** @internal Rules for `m.room.create`. */
export const createRules: AuthRule = {
  id: "create",
  effect: "group",
  when: ({ event }) => event.type === "m.room.create",
  children: [
    {
      id: "create.has_prev_events",
      effect: "reject",
      when: ({ event }) => event.prev_events.length > 0,
      reason: "m.room.create has prev_events",
    },
    {
      id: "create.room_id_domain_mismatch",
      effect: "reject",
      in: (rules) => !rules.authorization.roomCreateEventIdAsRoomId,
      when: ({ event }) => !haveSameDomain(event.room_id ?? "", event.sender),
      reason: "room_id and sender of m.room.create name different servers",
    },
    {
      id: "create.has_room_id",
      effect: "reject",
      in: (rules) => rules.authorization.roomCreateEventIdAsRoomId,
      when: ({ event }) => event.room_id !== undefined,
      reason: "m.room.create has a room_id",
    },
    {
      id: "create.unknown_room_version",
      effect: "reject",
      when: hasUnknownRoomVersion,
      reason: "content.room_version of m.room.create is not known",
    },
    {
      id: "create.no_creator",
      effect: "reject",
      in: (rules) => !rules.authorization.useRoomCreateSender,
      when: ({ event }) => member(event.content, "creator") === undefined,
      reason: "m.room.create has no content.creator",
    },
    {
      id: "create.bad_additional_creators",
      effect: "reject",
      in: (rules) => rules.authorization.additionalRoomCreators,
      when: ({ event }) => !isUserIdsOrAbsent(member(event.content, "additional_creators")),
      reason: "content.additional_creators of m.room.create is not an array of user IDs",
    },
    { id: "create.otherwise_allow", effect: "allow" },
  ],
};

function hasUnknownRoomVersion({ event, rules }: AuthCheck): boolean {
  const version = member(event.content, "room_version");
  if (version === undefined || version === rules.id) return false;
  return typeof version !== "string" || !isStableRoomVersion(version);
}

function isUserIdsOrAbsent(users: unknown): boolean {
  return users === undefined || (Array.isArray(users) && users.every((user) => typeof user === "string" && isUserId(user)));
}
