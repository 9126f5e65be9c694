import type { JsonObject } from "@patrix/api";
import { roomEvents } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import { stateContent } from "../base/room-data.ts";
import type { StateEvents } from "../events/event-types.ts";
import { actions } from "../load-actions.ts";
import type { RoomStateAccess } from "./room.ts";
import type { RoomContext } from "./room-context.ts";

/** Whether a type is that of declared state events. */
export function isStateType(type: string): boolean {
  return roomEvents().find("state", type) !== undefined;
}

/** Composes the access to the state of a room. */
export function createRoomState(roomId: RoomId, context: RoomContext): RoomStateAccess {
  const check = <K extends keyof StateEvents>(type: K, content: JsonObject | undefined): StateEvents[K] | undefined =>
    // Checked against the declaration of the type, where there is one.
    content && roomEvents().checkContent<"state", never>("state", type as never, content).ok
      ? (content as object as StateEvents[K])
      : undefined;
  return {
    get: (type, key = "") => {
      const room = context.base().rooms.get(roomId);
      return room && check(type, stateContent(room, type, key));
    },
    all: (type) =>
      [...(context.base().rooms.get(roomId)?.state.get(type) ?? [])].flatMap(([key, entry]) => {
        const content = check(type, entry.content);
        return content === undefined || Object.keys(content).length === 0 ? [] : [{ key, content, sender: entry.sender }];
      }),
    set: async (type, content, key = "") => {
      const { setRoomStateWithKey } = await actions();
      const path = { roomId, eventType: type, stateKey: key };
      const answer = await context.http.send(setRoomStateWithKey, { path, body: { ...content } });
      return answer.event_id;
    },
  };
}
