import { isJsonObject } from "@patrix/api";
import { powerLevels, stateEvent } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/** The present membership of a user, `undefined` where there never was one. */
export async function membershipOf(rooms: Rooms, room: LoadedRoom, userId: string): Promise<string | undefined> {
  const userNid = await rooms.core.users.find(userId);
  return userNid === undefined ? undefined : room.view.members.get(userNid)?.membership;
}

/**
 * Finds who lets a user into a restricted room without an invite: a joined local user who may invite, named if the joining
 * user is in one of the allowed rooms.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#restricted-rooms}
 */
export async function restrictedJoinAuthoriser(rooms: Rooms, room: LoadedRoom, userId: string): Promise<string | undefined> {
  const rules = await stateEvent(rooms, room, "m.room.join_rules");
  const joinRule = rules?.content["join_rule"];
  if (joinRule !== "restricted" && joinRule !== "knock_restricted") return undefined;
  if ((await membershipOf(rooms, room, userId)) === "invite" || !(await isAllowed(rooms, rules?.content["allow"], userId)))
    return undefined;
  const levels = await powerLevels(rooms, room);
  for (const [userNid, { membership }] of room.view.members) {
    const candidate = await rooms.core.users.text(userNid);
    const isLocal = candidate.endsWith(`:${rooms.core.serverName}`);
    if (membership === "join" && isLocal && levels.userLevel(candidate) >= levels.level("invite")) return candidate;
  }
  return undefined;
}

async function isAllowed(rooms: Rooms, allow: unknown, userId: string): Promise<boolean> {
  if (!Array.isArray(allow)) return false;
  for (const condition of allow as unknown[]) {
    if (!isJsonObject(condition) || condition["type"] !== "m.room_membership" || typeof condition["room_id"] !== "string") continue;
    const room = rooms.find(condition["room_id"]);
    if (room && (await membershipOf(rooms, await rooms.load(room), userId)) === "join") return true;
  }
  return false;
}
