import { matrixError } from "@patrix/api";
import { type EventIdResponse, getRoomState, getRoomStateWithKey, setRoomStateWithKey, type StateEventPath } from "@patrix/client-api";
import { setStickyState } from "@patrix/client-api/unstable";
import type { EventId } from "@patrix/identifiers";
import { handle, rawJson, type RequestContext } from "@patrix/server";
import { renderEvents } from "../../rooms/read/render-event.ts";
import { eventIn } from "../../rooms/read/state-event.ts";
import { sendEvent, type UserEvent } from "../../rooms/membership/send-event.ts";
import { limits } from "../../limits.ts";
import type { Requester } from "../access/requester.ts";
import { massagedTime } from "../access/by-appservice-token.ts";
import type { Registration } from "../registration.ts";
import { eventList } from "./event-list.ts";
import { isSticky, STICKY_PARAM, stickyDuration } from "./event-query.ts";
import type { RoomServices } from "./room-services.ts";

/** Handlers that read and set room state. */
export function stateHandlers(services: RoomServices): Registration[] {
  const { rooms, reader } = services;
  const set = async (
    context: RequestContext<Requester>,
    path: StateEventPath,
    event: Pick<UserEvent, "content" | "stickyMs">,
  ): Promise<EventIdResponse> => {
    const { user } = context;
    const { roomId, eventType: type, stateKey } = path;
    const sent = await sendEvent(services, user, { roomId, event: { type, stateKey, ts: massagedTime(context, user), ...event } });
    return { event_id: sent.eventId as EventId };
  };
  const maxBodyBytes = limits.eventBodyBytes.value;
  return [
    handle(getRoomState, async ({ path }, { user }) => {
      const { state } = await reader.whole(path.roomId, user.userNid);
      return eventList(rooms, state, { roomId: path.roomId, around: ["[", "]"] });
    }),
    handle(getRoomStateWithKey, async ({ path, query }, { user }) => {
      const known = await reader.access(path.roomId, user.userNid);
      const isUnknown = path.eventType === "m.room.member" && !(await eventIn(rooms, known.state, path.eventType, path.stateKey));
      const { state } = isUnknown ? await reader.whole(path.roomId, user.userNid) : known;
      const event = await eventIn(rooms, state, path.eventType, path.stateKey);
      if (!event) throw matrixError("M_NOT_FOUND", `the room has no state ${path.eventType} with this state key`);
      if (query?.format !== "event") return event.content;
      const [text] = await renderEvents(rooms, [event], { roomId: path.roomId });
      return rawJson(text ?? "{}");
    }),
    handle(setRoomStateWithKey, ({ path, body }, context) => set(context, path, { content: body }), { maxBodyBytes }),
    handle(
      setStickyState,
      ({ path, query, body }, context) => set(context, path, { content: body, stickyMs: stickyDuration(query[STICKY_PARAM]) }),
      { maxBodyBytes, when: isSticky },
    ),
  ];
}
