import { matrixError } from "@patrix/api";
import {
  ban,
  forgetRoom,
  getJoinedMembersByRoom,
  getMembersByRoom,
  inviteUser,
  type JoinedMember,
  joinRoom,
  joinRoomById,
  kick,
  knockRoom,
  leaveRoom,
  unban,
  type ViaQuery,
} from "@patrix/client-api";
import { isServerName, isUserId, type RoomId } from "@patrix/identifiers";
import type { JsonObject } from "@patrix/api";
import { handle } from "@patrix/server";
import { roomOfAlias } from "../../rooms/read/room-of-alias.ts";
import { serverOf } from "@patrix/signatures";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { eventList } from "./event-list.ts";
import type { RoomServices } from "./room-services.ts";
import { readPlace } from "../../sync/sync-token.ts";
import { RoomError } from "../../rooms/errors.ts";
import type { RoomAccess } from "../../rooms/read/room-reader.ts";
import { earlierPlace, type Place } from "../../rooms/timeline/place.ts";

/** Handlers that change and list memberships. */
export function membershipHandlers(services: RoomServices): Registration[] {
  return [...ownMembership(services), ...othersMembership(services), ...memberLists(services)];
}

/** How a request names a room. */
interface NamedRoom {
  readonly idOrAlias: string;
  readonly query?: ViaQuery | undefined;
  readonly uri: string;
  readonly user: Requester;
}

function ownMembership({ rooms, members, otherServers, queries }: RoomServices): Registration[] {
  const find = async ({
    idOrAlias,
    query = {},
    uri,
    user,
  }: NamedRoom): Promise<{ readonly roomId: string; readonly via: readonly string[] }> => {
    // Clients from before v1.12 say server_name.
    const via = query.via ?? new URLSearchParams(uri.split("?", 2)[1]).getAll("server_name").filter(isServerName);
    if (!idOrAlias.startsWith("#")) return { roomId: idOrAlias, via };
    const known = await roomOfAlias(rooms, idOrAlias);
    const room = known ?? ((await queries.alias(idOrAlias, user.appservice)) ? await roomOfAlias(rooms, idOrAlias) : undefined);
    if (room) return { roomId: room.id, via };
    const found = serverOf(idOrAlias) === rooms.core.serverName ? undefined : await otherServers.roomOfAlias(idOrAlias);
    if (!found) throw matrixError("M_NOT_FOUND", `the alias ${idOrAlias} is not known here`);
    return { roomId: found.roomId, via: [...found.servers, ...via] };
  };
  return [
    handle(joinRoomById, async ({ path, body }, { user }) => {
      await members.joinBy(path.roomId, user.userId, { via: [], more: joinContent(body) });
      return { room_id: path.roomId };
    }),
    handle(joinRoom, async ({ path, query, body }, { user, uri }) => {
      const { roomId, via } = await find({ idOrAlias: path.roomIdOrAlias, query, uri, user });
      await members.joinBy(roomId, user.userId, { via, more: joinContent(body) });
      return { room_id: roomId as RoomId };
    }),
    handle(knockRoom, async ({ path, query, body }, { user, uri }) => {
      const { roomId, via } = await find({ idOrAlias: path.roomIdOrAlias, query, uri, user });
      await members.knock(roomId, user.userId, { via, reason: body?.reason });
      return { room_id: roomId as RoomId };
    }),
    handle(leaveRoom, async ({ path, body }, { user }) => {
      await members.leave(rooms.get(path.roomId), user.userId, body?.reason);
      return {};
    }),
    handle(forgetRoom, async ({ path }, { user }) => {
      await members.forget(rooms.get(path.roomId), user.userNid);
      return {};
    }),
  ];
}

/** What a join says besides the membership: the reason, and whatever else the client sent for others to see. */
function joinContent(body: object = {}): JsonObject {
  const { third_party_signed: _proof, ...content } = body as JsonObject;
  return content;
}

function othersMembership({ rooms, members, reader, queries }: RoomServices): Registration[] {
  const target = (userId: string): string => {
    if (!isUserId(userId)) throw matrixError("M_INVALID_PARAM", `user_id: ${userId} is not a user ID`);
    return userId;
  };
  return [
    handle(inviteUser, async ({ path, body }, { user }) => {
      const room = await reader.joined(path.roomId, user.userNid);
      // A service that knows them makes the user first, and can let them join then.
      if ((await rooms.core.users.find(body.user_id)) === undefined) await queries.user(body.user_id, user.appservice);
      await members.invite(room, { sender: user.userId, target: target(body.user_id), reason: body.reason });
      return {};
    }),
    handle(kick, async ({ path, body }, { user }) => {
      const room = await reader.joined(path.roomId, user.userNid);
      await members.kick(room, { sender: user.userId, target: target(body.user_id), reason: body.reason });
      return {};
    }),
    handle(ban, async ({ path, body }, { user }) => {
      const room = await reader.joined(path.roomId, user.userNid);
      await members.ban(room, { sender: user.userId, target: target(body.user_id), reason: body.reason });
      return {};
    }),
    handle(unban, async ({ path, body }, { user }) => {
      const room = await reader.joined(path.roomId, user.userNid);
      await members.unban(room, { sender: user.userId, target: target(body.user_id), reason: body.reason });
      return {};
    }),
  ];
}

function memberLists(services: RoomServices): Registration[] {
  const { rooms, reader, states } = services;
  return [
    handle(getMembersByRoom, async ({ path, query = {} }, { user }) => {
      const access = await reader.whole(path.roomId, user.userNid);
      const at = query.at === undefined ? undefined : readPlace(rooms.core, "query parameter at", query.at, access.room.shard);
      if (at !== undefined) await requireSeen(services, access, user.userNid, earlierPlace(at, access.upTo));
      const state = at === undefined ? access.state : await states.stateFromBeginning(access.room, earlierPlace(at, access.upTo));
      const wanted = ({ fields, content: { membership } }: StoredEvent): boolean =>
        fields.type === "m.room.member" &&
        (query.membership === undefined || membership === query.membership) &&
        (query.not_membership === undefined || membership !== query.not_membership);
      return eventList(rooms, state, { roomId: path.roomId, around: [`{"chunk":[`, "]}"], wanted });
    }),
    handle(getJoinedMembersByRoom, async ({ path }, { user }) => {
      await reader.whole(path.roomId, user.userNid);
      const room = await reader.joined(path.roomId, user.userNid);
      const wanted = ({ fields, content }: StoredEvent): boolean => fields.type === "m.room.member" && content["membership"] === "join";
      return eventList(rooms, room.view.state, { roomId: path.roomId, around: [`{"joined":{`, "}}"], wanted, render: renderMember });
    }),
  ];
}

/** A joined member, as a member of an object. */
function renderMember({ fields: { stateKey = "" }, content: { displayname, avatar_url } }: StoredEvent): string {
  const member: JoinedMember = {
    display_name: typeof displayname === "string" ? displayname : null,
    avatar_url: typeof avatar_url === "string" ? avatar_url : null,
  };
  return `${JSON.stringify(stateKey)}:${JSON.stringify(member)}`;
}

/** Checks that the user sees the history at a place: what comes before it or what follows. @throws {RoomError} `FORBIDDEN`. */
async function requireSeen(
  { timelines, visibility }: RoomServices,
  { room, upTo }: RoomAccess,
  userNid: number,
  place: Place,
): Promise<void> {
  const [next] = await timelines.forward(room, { after: place, upTo }, 1);
  for (const event of [await timelines.lastUpTo(room, place), next]) if (event && (await visibility.canSee(room, userNid, event))) return;
  throw new RoomError("FORBIDDEN", "query parameter at: you may not see the history there");
}
