import { matrixError } from "@patrix/api";
import {
  getRelatingEvents,
  getRelatingEventsWithRelType,
  getRelatingEventsWithRelTypeAndEventType,
  getThreadRoots,
  type GetThreadRootsQuery,
  type RelationsQuery,
} from "@patrix/client-api";
import { handle, type RawJson, rawJson } from "@patrix/server";
import { limits } from "../../limits.ts";
import { RECURSION_DEPTH, type RelationFilter } from "../../rooms/read/related-events.ts";
import { renderEvents } from "../../rooms/read/render-event.ts";
import { formatThreadToken, listThreads, parseThreadToken, type ThreadCursor } from "../../rooms/read/thread-list.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { visibleEvent } from "../../rooms/read/visible-event.ts";
import { earlierPlace, formatTimelineToken, type Place, timelineStart } from "../../rooms/timeline/place.ts";
import { readPlace } from "../../sync/sync-token.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";
import type { RoomServices } from "./room-services.ts";

const DEFAULT_PAGE = 20;

/** Handlers that read what relates to events. */
export function relationHandlers(services: RoomServices): Registration[] {
  return [
    handle(getRelatingEvents, ({ path, query = {} }, { user }) => relatedPage(services, user, path, { query })),
    handle(getRelatingEventsWithRelType, ({ path, query = {} }, { user }) =>
      relatedPage(services, user, path, { query, relType: path.relType }),
    ),
    handle(getRelatingEventsWithRelTypeAndEventType, ({ path, query = {} }, { user }) =>
      relatedPage(services, user, path, { query, relType: path.relType, eventType: path.eventType }),
    ),
    handle(getThreadRoots, ({ path, query = {} }, { user }) => threadsPage(services, user, path, query)),
  ];
}

interface RelatedQuery extends Omit<RelationFilter, "recurse"> {
  readonly query: RelationsQuery;
}

async function relatedPage(
  services: RoomServices,
  user: Requester,
  path: { readonly roomId: string; readonly eventId: string },
  { query, ...filter }: RelatedQuery,
): Promise<RawJson> {
  const { rooms, related, clientEvents, ignoredUsers } = services;
  const { access, event } = await visibleEvent(services, path, user.userNid);
  const { room, upTo } = access;
  const backward = query.dir !== "f";
  const place = (name: "from" | "to"): Place | undefined =>
    query[name] === undefined ? undefined : readPlace(rooms.core, `query parameter ${name}`, query[name], room.shard);
  const [from, to] = [place("from"), place("to")];
  const stretch = backward
    ? { after: to ?? timelineStart, upTo: earlierPlace(from ?? upTo, upTo) }
    : { after: from ?? timelineStart, upTo: earlierPlace(to ?? upTo, upTo) };
  const limit = pageLimit(query.limit, limits.pageEvents.value);
  const asked = { room, userNid: user.userNid, target: event };
  const { events, next } = await related.page(asked, stretch, { ...filter, backward, limit, recurse: query.recurse ?? false });
  const ignored = await ignoredUsers(user.userNid);
  const told = events.filter(({ fields }) => !ignored.has(fields.sender));
  const chunk = await clientEvents.render(room, told, { ...user, upTo });
  const depth = query.recurse === undefined ? "" : `,"recursion_depth":${query.recurse ? RECURSION_DEPTH : 1}`;
  return rawJson(`{"chunk":[${chunk.join(",")}]${token("next_batch", next)}${token("prev_batch", from)}${depth}}`);
}

async function threadsPage(
  services: RoomServices,
  user: Requester,
  { roomId }: { readonly roomId: string },
  query: GetThreadRootsQuery,
): Promise<RawJson> {
  const { rooms, reader, clientEvents, ignoredUsers } = services;
  const { room, upTo } = await reader.access(roomId, user.userNid);
  const limit = pageLimit(query.limit, limits.threadsPage.value);
  const participated = query.include === "participated";
  const cursor = threadCursor(rooms, room, query.from);
  const { roots, next } = await listThreads(services, room, { ...user, upTo }, { ...cursor, limit, participated });
  const outlook = await clientEvents.outlook(room, roots, { ...user, upTo });
  const unseen = await ignoredUsers(user.userNid);
  const chunk = await renderEvents(rooms, roots, { viewer: user, roomId: room.id, outlook, unseen });
  return rawJson(`{"chunk":[${chunk.join(",")}]${next === undefined ? "" : `,"next_batch":"${formatThreadToken(next)}"`}}`);
}

/** From where threads are listed: by a token of their own, by one of a timeline, or from the end. */
function threadCursor({ core }: Rooms, room: LoadedRoom, token: string | undefined): ThreadCursor {
  if (token === undefined) return { from: room.view.end, putOff: [] };
  return parseThreadToken(token) ?? { from: readPlace(core, "query parameter from", token, room.shard), putOff: [] };
}

/** @throws {MatrixError} `M_INVALID_PARAM`. */
function pageLimit(limit: number = DEFAULT_PAGE, most: number): number {
  if (limit < 1) throw matrixError("M_INVALID_PARAM", "query parameter limit: expected at least 1");
  return Math.min(limit, most);
}

function token(name: string, place: Place | undefined): string {
  return place === undefined ? "" : `,"${name}":"${formatTimelineToken(place)}"`;
}
