import type { RoomId, UserId } from "@patrix/identifiers";
import { describeMember, isKnownMember, listMembers } from "../base/members.ts";
import { actions } from "../load-actions.ts";
import type { RoomMembers } from "./room.ts";
import type { RoomContext } from "./room-context.ts";

/** Composes the access to the members of a room. */
export function createRoomMembers(roomId: RoomId, context: RoomContext): RoomMembers {
  const { http } = context;
  const path = { roomId };
  const body = (id: UserId, reason: string | undefined): { user_id: UserId; reason: string | undefined } => ({ user_id: id, reason });
  return {
    list: async ({ signal } = {}) => {
      const known = context.base().rooms.get(roomId);
      if (known?.allMembers === true) return listMembers(known);
      const { getMembersByRoom } = await actions();
      const { chunk = [] } = await http.send(getMembersByRoom, { path, query: { not_membership: "leave" } }, { signal });
      return listMembers(await context.addMembers(roomId, chunk));
    },
    get: (id) => {
      const room = context.base().rooms.get(roomId);
      return room && isKnownMember(room, id) ? describeMember(room, id) : undefined;
    },
    invite: async (id, reason) => {
      await context.inviting(roomId, id);
      const { inviteUser } = await actions();
      await http.send(inviteUser, { path, body: body(id, reason) });
    },
    kick: async (id, reason) => void (await http.send((await actions()).kick, { path, body: body(id, reason) })),
    ban: async (id, reason) => void (await http.send((await actions()).ban, { path, body: body(id, reason) }, { idempotent: true })),
    unban: async (id, reason) => void (await http.send((await actions()).unban, { path, body: body(id, reason) })),
  };
}
