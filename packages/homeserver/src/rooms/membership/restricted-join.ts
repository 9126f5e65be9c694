import { isLocalUser } from "../../log/core.ts";
import { isJsonObject, type JsonObject } from "@patrix/api";
import { hasJoined } from "../read/joined-servers.ts";
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
  if ((await membershipOf(rooms, room, userId)) === "invite" || !(await isAllowedByOtherRooms(rooms, rules?.content ?? {}, userId)))
    return undefined;
  const levels = await powerLevels(rooms, room);
  for (const [userNid, { membership }] of room.view.members) {
    const candidate = await rooms.core.users.text(userNid);
    const isLocal = isLocalUser(rooms.core, candidate);
    if (membership === "join" && isLocal && levels.userLevel(candidate) >= levels.level("invite")) return candidate;
  }
  return undefined;
}

/** The rooms whose members a restricted room lets in, as the content of its join rules names them; `undefined` for another join rule. */
export function restrictedRooms({ join_rule: joinRule, allow }: JsonObject): string[] | undefined {
  if (joinRule !== "restricted" && joinRule !== "knock_restricted") return undefined;
  if (!Array.isArray(allow)) return [];
  return (allow as unknown[]).flatMap((condition) => {
    if (!isJsonObject(condition) || condition["type"] !== "m.room_membership") return [];
    return typeof condition["room_id"] === "string" ? condition["room_id"] : [];
  });
}

/** As {@link restrictedRooms}, without any for another join rule. */
export function allowedRooms(joinRules: JsonObject): string[] {
  return restrictedRooms(joinRules) ?? [];
}

/** Whether a user is in one of the rooms whose members a restricted room lets in, as far as this server knows. */
export async function isAllowedByOtherRooms(rooms: Rooms, joinRules: JsonObject, userId: string): Promise<boolean> {
  for (const roomId of allowedRooms(joinRules)) {
    const room = rooms.find(roomId);
    const loaded = room && (await rooms.load(room));
    // Of a room that nobody of this server is in any more, it is not known who is.
    if (loaded && (await membershipOf(rooms, loaded, userId)) === "join" && (await hasJoined(rooms, loaded, "here"))) return true;
  }
  return false;
}
