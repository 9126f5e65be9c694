import { matrixError } from "@patrix/api";
import { getOneEvent, getOneRoomEvent, getRoomEvents, redactEvent, sendMessage } from "@patrix/client-api";
import type { EventId } from "@patrix/identifiers";
import { handle, rawJson } from "@patrix/server";
import { requireWithin } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { renderEvents, type Viewer } from "../../rooms/read/render-event.ts";
import type { RoomAccess } from "../../rooms/read/room-reader.ts";
import { visibleEvent } from "../../rooms/read/visible-event.ts";
import { compileEventFilter } from "../../rooms/read/event-filter.ts";
import { memberEventsIn } from "../../rooms/read/state-event.ts";
import { earlierPlace, formatTimelineToken, type Place, placeBefore, timelineStart } from "../../rooms/timeline/place.ts";
import { readPlace } from "../../sync/sync-token.ts";
import type { Registration } from "../registration.ts";
import type { RoomServices } from "./room-services.ts";

const DEFAULT_PAGE = 10;

/** Handlers that send, redact and read events. */
export function messageHandlers(services: RoomServices): Registration[] {
  const { rooms, engine, reader, presence } = services;
  return [
    handle(
      sendMessage,
      async ({ path, body }, { user }) => {
        requireWithin("transactionIdLength", path.txnId.length, "path variable txnId");
        const room = await reader.joined(path.roomId, user.userNid);
        const origin = { deviceNid: user.deviceNid, txn: path.txnId };
        const redacts = path.eventType === "m.room.redaction" && typeof body["redacts"] === "string" ? body["redacts"] : undefined;
        const event = await engine.send(room, { type: path.eventType, sender: user.userId, content: body, redacts }, origin);
        presence.active(user.userNid);
        return { event_id: event.eventId as EventId };
      },
      { maxBodyBytes: limits.eventBodyBytes.value },
    ),
    handle(redactEvent, async ({ path, body }, { user }) => {
      requireWithin("transactionIdLength", path.txnId.length, "path variable txnId");
      const room = await reader.joined(path.roomId, user.userNid);
      const content = body?.reason === undefined ? {} : { reason: body.reason };
      const draft = { type: "m.room.redaction", sender: user.userId, content, redacts: path.eventId };
      const event = await engine.send(room, draft, { deviceNid: user.deviceNid, txn: path.txnId });
      return { event_id: event.eventId as EventId };
    }),
    handle(getOneRoomEvent, async ({ path }, { user }) => {
      return rawJson(await renderOne(services, user, path));
    }),
    handle(getOneEvent, async ({ path: { eventId } }, { user }) => {
      const roomNid = (await rooms.events.byId(eventId))?.fields.roomNid;
      const roomId = (roomNid === undefined ? undefined : rooms.byNid(roomNid)?.id) ?? "";
      return rawJson(await renderOne(services, user, { roomId, eventId }));
    }),
    handle(
      getRoomEvents,
      async ({ path, query }, { user }) => {
        const access = await reader.access(path.roomId, user.userNid);
        return rawJson(await renderPage(services, access, user, query));
      },
      { parse: { mode: "lenient" } },
    ),
  ];
}

/** Reads one event of a room, as JSON. @throws {RoomError} `EVENT_NOT_FOUND` also where the user may not see it. */
async function renderOne(
  services: RoomServices,
  viewer: Required<Viewer>,
  path: { readonly roomId: string; readonly eventId: string },
): Promise<string> {
  const { access, event } = await visibleEvent(services, path, viewer.userNid);
  const [text] = await services.clientEvents.render(access.room, [event], { ...viewer, upTo: access.upTo });
  return text ?? "{}";
}

interface PageQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly dir: "b" | "f";
  readonly limit?: number | undefined;
  readonly filter?: Parameters<typeof compileEventFilter>[0];
}

/** Reads a page of the timeline, as JSON. */
async function renderPage(
  services: RoomServices,
  access: RoomAccess,
  viewer: { userNid: number; deviceNid: number },
  query: PageQuery,
): Promise<string> {
  const { rooms, timelines, visibility, clientEvents } = services;
  const { room, upTo } = access;
  const backward = query.dir === "b";
  const place = (name: "from" | "to"): Place | undefined =>
    query[name] === undefined ? undefined : readPlace(rooms.core, `query parameter ${name}`, query[name], room.shard);
  const from = place("from") ?? (backward ? upTo : timelineStart);
  const to = place("to");
  const filter = compileEventFilter(query.filter, query.limit ?? DEFAULT_PAGE);
  const limit = Math.min(limits.pageEvents.value, query.limit ?? filter.limit);
  if (limit < 1) throw matrixError("M_INVALID_PARAM", "query parameter limit: expected at least 1");
  const stretch = backward
    ? { after: to ?? timelineStart, upTo: earlierPlace(from, upTo) }
    : { after: from, upTo: to === undefined ? upTo : earlierPlace(to, upTo) };
  const page = await timelines.page(room, stretch, { backward, limit });
  const visible = await visibility.filter(room, viewer.userNid, page);
  const events = filter.matches ? visible.filter(filter.matches) : visible;
  // Wherever there was something one can go on: forwards more may be said, and backwards the next page may be empty.
  const last = page.at(-1)?.fields.place;
  const end = last == null ? "" : `,"end":"${formatTimelineToken(backward ? placeBefore(last) : last)}"`;
  const chunk = await clientEvents.render(room, events, { ...viewer, upTo });
  const senders = new Set(events.map((event) => event.fields.sender));
  const state = filter.lazyLoadMembers
    ? await renderEvents(rooms, await memberEventsIn(rooms, access.state, senders), { roomId: room.id })
    : [];
  const stateJson = state.length > 0 ? `,"state":[${state.join(",")}]` : "";
  return `{"chunk":[${chunk.join(",")}],"start":"${formatTimelineToken(from)}"${end}${stateJson}}`;
}
