import type { Edu } from "@patrix/events";
import { type BackgroundFailure, inBackground } from "../../background.ts";
import { isLocalUser } from "../../log/core.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { RoomHandle } from "../../rooms/room.ts";
import type { RoomServers } from "../room-servers.ts";
import type { Sender } from "./sender.ts";

/** What other servers are told of by {@link followEphemeral}. */
export interface EphemeralFollowers {
  readonly roomServers: RoomServers;
  readonly sender: Pick<Sender, "sendEphemeral">;
  readonly failed: BackgroundFailure;
}

/** Tells other servers what this one's users type and read. */
export function followEphemeral({ rooms, typing, receipts }: RoomParts, { roomServers, sender, failed }: EphemeralFollowers): void {
  const { core } = rooms;
  const tell = async (
    room: RoomHandle,
    userNid: number,
    make: (userId: string) => { readonly key: string; readonly edu: object },
  ): Promise<void> => {
    const userId = await core.users.text(userNid);
    if (!isLocalUser(core, userId)) return;
    const { key, edu } = make(userId);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made here in the form of its type
    sender.sendEphemeral(await roomServers.joined(room), key, edu as Edu);
  };
  typing.onSet((room, userNid, isTyping) => {
    const told = tell(room, userNid, (userId) => ({
      key: `typing ${room.nid} ${userNid}`,
      edu: { edu_type: "m.typing", content: { room_id: room.id, user_id: userId, typing: isTyping } },
    }));
    void inBackground(told, (error) => failed("who types could not be told to other servers", error));
  });
  receipts.onSet((roomNid, userNid, { type, thread, eventId, ts }) => {
    const room = rooms.byNid(roomNid);
    if (type !== "m.read" || !room) return;
    const data = { ts, ...(thread !== "" && { thread_id: thread }) };
    const told = tell(room, userNid, (userId) => ({
      key: `receipt ${room.nid} ${userNid} ${thread}`,
      edu: { edu_type: "m.receipt", content: { [room.id]: { "m.read": { [userId]: { event_ids: [eventId], data } } } } },
    }));
    void inBackground(told, (error) => failed("a receipt could not be told to other servers", error));
  });
}
