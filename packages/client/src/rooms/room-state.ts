import { setRoomStateWithKey } from "@patrix/client-api";
import { knownEvents } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import { stateContent } from "../base/room-data.ts";
import type { StateEvents } from "../events/event-types.ts";
import type { RoomStateAccess } from "./room.ts";
import type { RoomContext } from "./room-context.ts";

/** Whether a type is that of declared state events. */
export function isStateType(type: string): boolean {
  return knownEvents().find("state", type) !== undefined;
}

/** Composes the access to the state of a room. */
export function createRoomState(roomId: RoomId, context: RoomContext): RoomStateAccess {
  return {
    get: <K extends keyof StateEvents>(type: K, key = "") => {
      const room = context.base().rooms.get(roomId);
      const content = room && stateContent(room, type, key);
      if (!content) return undefined;
      // Checked against the declaration of the type, where there is one.
      return knownEvents().checkContent<"state", never>("state", type as never, content).ok
        ? (content as object as StateEvents[K])
        : undefined;
    },
    set: async (type, content, key = "") => {
      const path = { roomId, eventType: type, stateKey: key };
      const answer = await context.http.send(setRoomStateWithKey, { path, body: { ...content } });
      return answer.event_id;
    },
  };
}
