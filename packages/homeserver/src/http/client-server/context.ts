import { matrixError } from "@patrix/api";
import { getEventByTimestamp, getEventContext } from "@patrix/client-api";
import type { EventId } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import { limits } from "../../limits.ts";
import { eventAtTime, type SeenEvents, type TimeQuery } from "../../rooms/read/event-at-time.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { eventContext } from "../../rooms/read/event-context.ts";
import { compileEventFilter } from "../../rooms/read/event-filter.ts";
import { visibleEvent } from "../../rooms/read/visible-event.ts";
import { formatTimelineToken } from "../../rooms/timeline/place.ts";
import type { Registration } from "../registration.ts";
import { eventListOf } from "./event-list.ts";
import type { RoomServices } from "./room-services.ts";

const DEFAULT_LIMIT = 10;

/** Handlers that look around in the timeline of a room. */
export function contextHandlers(services: RoomServices): Registration[] {
  const { rooms, reader, clientEvents } = services;
  return [
    handle(getEventContext, async ({ path, query = {} }, { user }) => {
      const found = await visibleEvent(services, path, user.userNid);
      const { room, upTo } = found.access;
      const compiled = compileEventFilter(query.filter, DEFAULT_LIMIT);
      const limit = Math.min(limits.pageEvents.value, Math.max(0, query.limit ?? compiled.limit));
      const { before, after, start, end, stateNids } = await eventContext(services, found, user.userNid, { ...compiled, limit });
      const texts = await clientEvents.render(room, [found.event, ...before, ...after], { ...user, upTo });
      const members = [
        `"start":"${formatTimelineToken(start)}"`,
        `"end":"${formatTimelineToken(end)}"`,
        `"event":${texts[0] ?? "{}"}`,
        `"events_before":[${texts.slice(1, 1 + before.length).join(",")}]`,
        `"events_after":[${texts.slice(1 + before.length).join(",")}]`,
      ];
      const { matches: wanted } = compiled;
      return eventListOf(rooms, stateNids, {
        roomId: room.id,
        around: [`{${members.join(",")},"state":[`, "]}"],
        ...(wanted && { wanted }),
      });
    }),
    handle(getEventByTimestamp, async ({ path, query: { ts, dir } }, { user }) => {
      const { room } = await reader.access(path.roomId, user.userNid);
      const event = await eventNear(services, room, user.userNid, { ts, backward: dir === "b" });
      if (!event) throw matrixError("M_NOT_FOUND", `there is no event ${dir === "b" ? "before" : "after"} that time that you may see`);
      return { event_id: event.eventId as EventId, origin_server_ts: event.fields.ts };
    }),
  ];
}

/** The event that is closest to a time; where some of the history is not here, other servers may know a closer one. */
async function eventNear(
  { rooms, visibility, otherServers }: RoomServices,
  room: LoadedRoom,
  userNid: number,
  query: TimeQuery,
): Promise<StoredEvent | undefined> {
  const seenOf: SeenEvents = (events) => visibility.filter(room, userNid, events);
  const own = await eventAtTime(rooms, room, query, seenOf);
  const known = rooms.byNid(room.nid);
  if (!known || !(await otherServers.hasGaps(known))) return own;
  const eventId = await otherServers.eventAtTime(known, query);
  const theirs = eventId === undefined ? undefined : await rooms.events.byId(eventId);
  const [seen] = theirs ? await seenOf([theirs]) : [];
  const distance = (event: StoredEvent): number => Math.abs(event.fields.ts - query.ts);
  return seen && (!own || distance(seen) < distance(own)) ? seen : own;
}
