import type { JsonObject } from "@patrix/api";
import { serverOf } from "@patrix/signatures";
import { isAllowedByOtherRooms, restrictedJoinAuthoriser, restrictedRooms } from "../../rooms/membership/restricted-join.ts";
import { membershipOf } from "../../rooms/membership/restricted-join.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { LoadedRoom, Room } from "../../rooms/room.ts";
import { stateEvent } from "../../rooms/read/state-event.ts";
import { FederatedError } from "../errors.ts";
import type { RoomServers } from "../room-servers.ts";
import type { ServerAcls } from "../server-acl.ts";

/** What a membership of another server's user is drafted from. */
export interface MembershipTemplateParts extends Pick<RoomParts, "rooms" | "engine"> {
  readonly roomServers: RoomServers;
  readonly acls: ServerAcls;
}

/** A membership event for another server to complete and sign. */
export interface MembershipTemplate {
  readonly roomVersion: string;
  readonly event: JsonObject;
}

/** Which membership a user of which server asks for. */
export interface WantedMembership {
  readonly origin: string;
  readonly roomId: string;
  readonly userId: string;
  readonly membership: "join" | "leave" | "knock";
  /** The room versions that the other server supports; left out where it does not matter. */
  readonly versions?: readonly string[] | undefined;
}

/**
 * Drafts a membership event for a user of another server.
 *
 * @throws {FederatedError} `ROOM_NOT_FOUND`, `FORBIDDEN`, `INCOMPATIBLE_ROOM_VERSION`, `UNABLE_TO_AUTHORISE_JOIN` or `UNABLE_TO_GRANT_JOIN`.
 * @throws {RoomError} `FORBIDDEN` with the rule that does not allow it.
 */
export async function membershipTemplate(parts: MembershipTemplateParts, wanted: WantedMembership): Promise<MembershipTemplate> {
  const { origin, userId, membership, versions } = wanted;
  if (serverOf(userId) !== origin) throw new FederatedError("FORBIDDEN", `${userId} is not a user of ${origin}`);
  const room = await residentRoom(parts, wanted.roomId);
  await parts.acls.require(room, origin);
  if (versions && !versions.includes(room.version))
    throw new FederatedError("INCOMPATIBLE_ROOM_VERSION", `the room has version ${room.version}, which ${origin} does not support`, {
      roomVersion: room.version,
    });
  const authoriser = membership === "join" ? await authoriserOf(parts, room, userId) : undefined;
  const content = { membership, ...(authoriser !== undefined && { join_authorised_via_users_server: authoriser }) };
  const { pdu } = await parts.engine.draft(room, { type: "m.room.member", stateKey: userId, sender: userId, content });
  const { hashes: _hashes, signatures: _signatures, ...event } = pdu;
  return { roomVersion: room.version, event };
}

/** A room that this server is in, and knows all members of. @throws {FederatedError} `ROOM_NOT_FOUND`. */
export async function residentRoom(
  { rooms, roomServers }: Pick<MembershipTemplateParts, "rooms" | "roomServers">,
  roomId: string,
): Promise<LoadedRoom> {
  const room = rooms.find(roomId);
  if (!room || !(await roomServers.isHere(room))) throw new FederatedError("ROOM_NOT_FOUND", `this server is not in the room ${roomId}`);
  if (rooms.partial.of(room.nid))
    throw new FederatedError("ROOM_NOT_FOUND", `this server does not know all members of the room ${roomId} yet: ask another one`);
  return rooms.load(room);
}

/** Who lets a user into a restricted room; `undefined` where nobody has to. */
async function authoriserOf(
  { rooms, roomServers }: MembershipTemplateParts,
  room: LoadedRoom,
  userId: string,
): Promise<string | undefined> {
  const rules = await stateEvent(rooms, room, "m.room.join_rules");
  const allowed = restrictedRooms(rules?.content ?? {});
  const membership = await membershipOf(rooms, room, userId);
  if (allowed === undefined || membership === "invite" || membership === "join") return undefined;
  const authoriser = await restrictedJoinAuthoriser(rooms, room, userId);
  if (authoriser !== undefined) return authoriser;
  // Another server may know better where this one is in none of the rooms whose members are let in.
  const known = await Promise.all(allowed.map((roomId) => isHere(roomServers, rooms.find(roomId))));
  if (allowed.length > 0 && !known.includes(true))
    throw new FederatedError("UNABLE_TO_AUTHORISE_JOIN", "this server is in none of the rooms whose members may join");
  if (await isAllowedByOtherRooms(rooms, rules?.content ?? {}, userId))
    throw new FederatedError("UNABLE_TO_GRANT_JOIN", "no user of this server may invite to the room");
  throw new FederatedError("FORBIDDEN", `${userId} is in none of the rooms whose members may join`);
}

async function isHere(roomServers: RoomServers, room: Room | undefined): Promise<boolean> {
  return room !== undefined && roomServers.isHere(room);
}
