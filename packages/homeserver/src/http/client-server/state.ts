import { matrixError } from "@patrix/api";
import { getRoomState, getRoomStateWithKey, setRoomStateWithKey } from "@patrix/client-api";
import type { EventId } from "@patrix/identifiers";
import { handle, rawJson } from "@patrix/server";
import { renderEvents } from "../../rooms/read/render-event.ts";
import { eventIn } from "../../rooms/read/state-event.ts";
import { checkAliases } from "../../rooms/write/check-aliases.ts";
import { limits } from "../../limits.ts";
import type { Registration } from "../registration.ts";
import { eventList } from "./event-list.ts";
import type { RoomServices } from "./room-services.ts";

/** Handlers that read and set room state. */
export function stateHandlers({ rooms, engine, members, reader }: RoomServices): Registration[] {
  return [
    handle(getRoomState, async ({ path }, { user }) => {
      const { state } = await reader.access(path.roomId, user.userNid);
      return eventList(rooms, state, { roomId: path.roomId, around: ["[", "]"] });
    }),
    handle(getRoomStateWithKey, async ({ path, query }, { user }) => {
      const { state } = await reader.access(path.roomId, user.userNid);
      const event = await eventIn(rooms, state, path.eventType, path.stateKey);
      if (!event) throw matrixError("M_NOT_FOUND", `the room has no state ${path.eventType} with this state key`);
      if (query?.format !== "event") return event.content;
      const [text] = await renderEvents(rooms, [event], { roomId: path.roomId });
      return rawJson(text ?? "{}");
    }),
    handle(
      setRoomStateWithKey,
      async ({ path, body }, { user }) => {
        const { eventType: type, stateKey } = path;
        if (type === "m.room.create") throw matrixError("M_BAD_JSON", "a room has one m.room.create, and it is sent when the room is made");
        // Who is not in the room may still join it, reject an invite, or knock.
        const isOwn = type === "m.room.member" && stateKey === user.userId;
        const room = isOwn ? await rooms.load(rooms.get(path.roomId)) : await reader.joined(path.roomId, user.userNid);
        if (type === "m.room.canonical_alias" && stateKey === "") await checkAliases(rooms, room, body);
        const event =
          type === "m.room.member"
            ? await members.setMembership(room, { sender: user.userId, target: stateKey }, body)
            : await engine.send(room, { type, stateKey, sender: user.userId, content: body });
        return { event_id: event.eventId as EventId };
      },
      { maxBodyBytes: limits.eventBodyBytes.value },
    ),
  ];
}
