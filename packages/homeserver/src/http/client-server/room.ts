import { matrixError } from "@patrix/api";
import { createRoom as createRoomEndpoint, type CreateRoomBody, getJoinedRooms, upgradeRoom } from "@patrix/client-api";
import { defaultRoomPreset, isRoomPresetName, roomPresets } from "@patrix/events";
import { isRoomAlias, isUserId, type RoomId } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import { isLocalUser } from "../../log/core.ts";
import { createRoom, type NewRoom } from "../../rooms/write/create-room.ts";
import { requireWithin } from "../../errors.ts";
import type { Registration } from "../registration.ts";
import { requireAliasNamespace } from "./alias-namespaces.ts";
import type { RoomServices } from "./room-services.ts";

/** Handlers that make and list rooms. */
export function roomHandlers(services: RoomServices): Registration[] {
  const { rooms, engine, members, profileOf, reader, upgrades } = services;
  const isLocal = (userId: string): boolean => isLocalUser(rooms.core, userId);
  return [
    handle(createRoomEndpoint, async ({ body = {} }, { user }) => {
      const request = readNewRoom(body, user.userId, services);
      if (request.alias !== undefined) requireAliasNamespace(services.appservices, user, request.alias);
      const known = await rooms.core.users.findAll(request.invite);
      const unknown = request.invite.filter((userId) => !known.has(userId));
      await Promise.all(unknown.map((userId) => services.queries.user(userId, user.appservice)));
      for (const userId of request.invite) await members.requireInvitable(userId, user.userId);
      using quota = await rooms.core.quotas.reserve("roomsPerDay", user.userNid, 1, "the room");
      const [local, remote] = [request.invite.filter(isLocal), request.invite.filter((userId) => !isLocal(userId))];
      const room = await createRoom(rooms, engine, profileOf, { ...request, firstInvites: local, counted: () => quota.count() });
      // The room is there whether or not their servers can be reached, so whoever made it may invite them again.
      const invite = (target: string): Promise<void> =>
        members.invite(room, { sender: user.userId, target }, request.isDirect === true ? { is_direct: true } : {});
      await Promise.allSettled(remote.map(invite));
      return { room_id: room.id as RoomId };
    }),
    handle(upgradeRoom, async ({ path, body }, { user }) => {
      requireWithin("additionalCreators", body.additional_creators?.length ?? 0, "/additional_creators");
      const old = await reader.joined(path.roomId, user.userNid);
      using quota = await rooms.core.quotas.reserve("roomsPerDay", user.userNid, 1, "the room");
      const room = await upgrades.upgrade(old, {
        sender: user.userId,
        version: body.new_version,
        additionalCreators: body.additional_creators,
        counted: () => quota.count(),
      });
      return { replacement_room: room.id as RoomId };
    }),
    handle(getJoinedRooms, async (_request, { user }) => {
      const joined = [...(await rooms.ofUser(user.userNid))].filter(([, { membership }]) => membership === "join");
      return { joined_rooms: joined.flatMap(([nid]) => (rooms.byNid(nid)?.id as RoomId | undefined) ?? []) };
    }),
  ];
}

function readNewRoom(body: CreateRoomBody, creator: string, { rooms, defaultRoomVersion }: RoomServices): NewRoom {
  const { invite = [], preset, visibility, room_alias_name: localpart } = body;
  if (preset !== undefined && !isRoomPresetName(preset))
    throw matrixError("M_BAD_JSON", `/preset: expected ${Object.keys(roomPresets).join(", ")}`);
  requireWithin("initialState", body.initial_state?.length ?? 0, "/initial_state");
  requireWithin("firstInvites", invite.length, "/invite");
  const stranger = invite.findIndex((user) => !isUserId(user));
  if (stranger >= 0) throw matrixError("M_BAD_JSON", `/invite/${stranger}: expected a user ID`);
  const alias = localpart === undefined ? undefined : `#${localpart}:${rooms.core.serverName}`;
  if (alias !== undefined && (localpart?.includes(":") || !isRoomAlias(alias)))
    throw matrixError("M_INVALID_PARAM", "room_alias_name: not the local part of a room alias");
  if (body.invite_3pid && body.invite_3pid.length > 0)
    throw matrixError("M_THREEPID_MEDIUM_NOT_SUPPORTED", "invite_3pid: this server cannot invite by third-party address");
  return {
    creator,
    preset: preset ?? defaultRoomPreset(visibility),
    version: body.room_version ?? defaultRoomVersion,
    published: visibility === "public",
    alias,
    name: body.name,
    topic: body.topic,
    invite: [...new Set(invite)].filter((user) => user !== creator),
    isDirect: body.is_direct,
    creationContent: body.creation_content,
    initialState: body.initial_state ?? [],
    powerLevels: body.power_level_content_override,
  };
}
