import { matrixError } from "@patrix/api";
import {
  type EventIdResponse,
  getOneEvent,
  getOneRoomEvent,
  getRoomEvents,
  redactEvent,
  sendMessage,
  type SendMessagePath,
} from "@patrix/client-api";
import { sendStickyMessage } from "@patrix/client-api/unstable";
import type { EventId } from "@patrix/identifiers";
import { handle, rawJson, type RequestContext } from "@patrix/server";
import { requireWithin } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { sendEvent, type UserEvent } from "../../rooms/membership/send-event.ts";
import { renderEvents, type Viewer } from "../../rooms/read/render-event.ts";
import type { RoomAccess } from "../../rooms/read/room-reader.ts";
import { visibleEvent } from "../../rooms/read/visible-event.ts";
import { compileEventFilter } from "../../rooms/read/event-filter.ts";
import { memberEventsIn } from "../../rooms/read/state-event.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { PageOptions, Stretch } from "../../rooms/timeline/timelines.ts";
import {
  earlierPlace,
  formatTimelineToken,
  historyEnd,
  laterPlace,
  type Place,
  placeBefore,
  timelineStart,
} from "../../rooms/timeline/place.ts";
import { readPlace } from "../../sync/sync-token.ts";
import type { Requester } from "../access/requester.ts";
import { massagedTime } from "../access/by-appservice-token.ts";
import type { Registration } from "../registration.ts";
import { isSticky, STICKY_PARAM, stickyDuration } from "./event-query.ts";
import type { RoomServices } from "./room-services.ts";

const DEFAULT_PAGE = 10;

/** Handlers that send, redact and read events. */
export function messageHandlers(services: RoomServices): Registration[] {
  const { rooms, engine, reader, presence } = services;
  const send = async (
    context: RequestContext<Requester>,
    path: SendMessagePath,
    event: Pick<UserEvent, "content" | "stickyMs">,
  ): Promise<EventIdResponse> => {
    const { user } = context;
    requireWithin("transactionIdLength", path.txnId.length, "path variable txnId");
    const origin = { deviceNid: user.deviceNid, txn: path.txnId };
    const sent = await sendEvent(services, user, {
      roomId: path.roomId,
      event: { type: path.eventType, ts: massagedTime(context, user), ...event },
      origin,
    });
    presence.active(user.userNid);
    return { event_id: sent.eventId as EventId };
  };
  const maxBodyBytes = limits.eventBodyBytes.value;
  return [
    handle(sendMessage, ({ path, body }, context) => send(context, path, { content: body }), { maxBodyBytes }),
    handle(
      sendStickyMessage,
      ({ path, query, body }, context) => send(context, path, { content: body, stickyMs: stickyDuration(query[STICKY_PARAM]) }),
      { maxBodyBytes, when: isSticky },
    ),
    handle(redactEvent, async ({ path, body }, { user }) => {
      requireWithin("transactionIdLength", path.txnId.length, "path variable txnId");
      const room = await reader.joined(path.roomId, user.userNid);
      if (user.isSuspended && (await rooms.events.byId(path.eventId))?.fields.senderNid !== user.userNid)
        throw matrixError("M_USER_SUSPENDED", "suspended accounts redact their own events only");
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

/** How often more history is fetched for one page. */
const FETCHES_OF_PAGE = 3;

/** Reads a page; where it would come to the beginning of what is here, or pass over what is not here, that is fetched first. */
async function readPage(
  { rooms, timelines, otherServers }: RoomServices,
  room: LoadedRoom,
  stretch: Stretch,
  options: PageOptions,
): Promise<StoredEvent[]> {
  let page = await timelines.page(room, stretch, options);
  const known = rooms.byNid(room.nid);
  if (!known) return page;
  for (let fetches = 0; fetches < FETCHES_OF_PAGE; fetches++) {
    if (!(await otherServers.moreHistory(known, readStretch(stretch, page, options)))) return page;
    page = await timelines.page(room, stretch, options);
  }
  // There may be more in a gap: whoever reads on backwards goes on in it.
  return options.backward ? timelines.upToGap(room, page) : page;
}

/** The stretch that a page covers. What comes before the beginning is nothing that one reads forwards. */
function readStretch({ after, upTo }: Stretch, page: readonly StoredEvent[], { backward, limit }: PageOptions): Stretch {
  const last = page.length < limit ? null : (page.at(-1)?.fields.place ?? null);
  return backward ? { after: last ?? after, upTo } : { after: laterPlace(after, historyEnd), upTo: last ?? upTo };
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
  const { rooms, visibility, clientEvents } = services;
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
  const page = await readPage(services, room, stretch, { backward, limit });
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
