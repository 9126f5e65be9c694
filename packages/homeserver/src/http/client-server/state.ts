import { matrixError } from "@patrix/api";
import { getRoomState, getRoomStateWithKey, setRoomStateWithKey } from "@patrix/client-api";
import type { EventId } from "@patrix/identifiers";
import { handle, rawJson } from "@patrix/server";
import { renderEvents } from "../../rooms/read/render-event.ts";
import { eventIn } from "../../rooms/read/state-event.ts";
import type { Registration } from "../registration.ts";
import type { RoomServices } from "./room-services.ts";

/** Handlers that read and set room state. */
export function stateHandlers({ rooms, engine, reader }: RoomServices): Registration[] {
  return [
    handle(getRoomState, async ({ path }, { user }) => {
      const { state } = await reader.access(path.roomId, user.userNid);
      const events = await renderEvents(rooms, await reader.stateEvents(state), { roomId: path.roomId });
      return rawJson(`[${events.join(",")}]`);
    }),
    handle(getRoomStateWithKey, async ({ path, query }, { user }) => {
      const { state } = await reader.access(path.roomId, user.userNid);
      const event = await eventIn(rooms, state, path.eventType, path.stateKey);
      if (!event) throw matrixError("M_NOT_FOUND", `the room has no state ${path.eventType} with this state key`);
      if (query?.format !== "event") return event.content;
      const [text] = await renderEvents(rooms, [event], { roomId: path.roomId });
      return rawJson(text ?? "{}");
    }),
    handle(setRoomStateWithKey, async ({ path, body }, { user }) => {
      const room = await reader.joined(path.roomId, user.userNid);
      const event = await engine.send(room, { type: path.eventType, stateKey: path.stateKey, sender: user.userId, content: body });
      return { event_id: event.eventId as EventId };
    }),
  ];
}
