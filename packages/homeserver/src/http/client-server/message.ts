import { matrixError } from "@patrix/api";
import { getOneRoomEvent, getRoomEvents, redactEvent, sendMessage } from "@patrix/client-api";
import type { EventId } from "@patrix/identifiers";
import { handle, rawJson } from "@patrix/server";
import { renderEvents } from "../../rooms/read/render-event.ts";
import type { RoomAccess } from "../../rooms/read/room-reader.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { compileEventFilter } from "../../rooms/read/event-filter.ts";
import { timelinePositionOf } from "../../sync/v3/sync.ts";
import { formatTimelineToken, parseSyncToken, parseTimelineToken } from "../../sync/sync-token.ts";
import type { Registration } from "../registration.ts";
import type { RoomServices } from "./room-services.ts";

/** The most events of one page. */
const MAX_PAGE = 1_000;
const DEFAULT_PAGE = 10;

/** Handlers that send, redact and read events. */
export function messageHandlers(services: RoomServices): Registration[] {
  const { rooms, engine, reader, visibility } = services;
  return [
    handle(sendMessage, async ({ path, body }, { user }) => {
      const room = await reader.joined(path.roomId, user.userNid);
      const origin = { deviceNid: user.deviceNid, txn: path.txnId };
      const redacts = path.eventType === "m.room.redaction" && typeof body["redacts"] === "string" ? body["redacts"] : undefined;
      const event = await engine.send(room, { type: path.eventType, sender: user.userId, content: body, redacts }, origin);
      return { event_id: event.eventId as EventId };
    }),
    handle(redactEvent, async ({ path, body }, { user }) => {
      const room = await reader.joined(path.roomId, user.userNid);
      const content = body?.reason === undefined ? {} : { reason: body.reason };
      const draft = { type: "m.room.redaction", sender: user.userId, content, redacts: path.eventId };
      const event = await engine.send(room, draft, { deviceNid: user.deviceNid, txn: path.txnId });
      return { event_id: event.eventId as EventId };
    }),
    handle(getOneRoomEvent, async ({ path }, { user }) => {
      const { room } = await reader.access(path.roomId, user.userNid);
      const event = await rooms.events.byId(path.eventId);
      if (!event || event.fields.roomNid !== room.nid || !(await visibility.canSee(room, user.userNid, event)))
        throw matrixError("M_NOT_FOUND", `the room has no event ${path.eventId} that you may see`);
      const [text] = await renderEvents(rooms, [event], { viewer: user, roomId: path.roomId });
      return rawJson(text ?? "{}");
    }),
    handle(getRoomEvents, async ({ path, query }, { user }) => {
      const access = await reader.access(path.roomId, user.userNid);
      return rawJson(await renderPage(services, access, user, query));
    }),
  ];
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
  const { rooms, timelines, visibility } = services;
  const { room, upTo } = access;
  const backward = query.dir === "b";
  const from = readPlace("from", query.from, room.shard) ?? (backward ? upTo : Number.MIN_SAFE_INTEGER);
  const to = readPlace("to", query.to, room.shard);
  const filter = compileEventFilter(query.filter, query.limit ?? DEFAULT_PAGE);
  const limit = Math.min(MAX_PAGE, query.limit ?? filter.limit);
  if (limit < 1) throw matrixError("M_INVALID_PARAM", "query parameter limit: expected at least 1");
  const page = backward
    ? await timelines.backward(room.nid, Math.min(from, upTo) + 1, to ?? Number.MIN_SAFE_INTEGER, limit)
    : await timelines.forward(room.nid, from, Math.min(to ?? Number.MAX_SAFE_INTEGER, upTo + 1), limit);
  const visible = await visibility.filter(room, viewer.userNid, page);
  const events = filter.matches ? visible.filter(filter.matches) : visible;
  const last = page.at(-1);
  const end = last && page.length === limit ? `,"end":"${formatTimelineToken(backward ? last.nid - 1 : last.nid)}"` : "";
  const chunk = await renderEvents(rooms, events, { viewer, roomId: room.id });
  const state = filter.lazyLoadMembers ? await renderEvents(rooms, await sendersOf(services, access, events), { roomId: room.id }) : [];
  const stateJson = state.length > 0 ? `,"state":[${state.join(",")}]` : "";
  return `{"chunk":[${chunk.join(",")}],"start":"${formatTimelineToken(from === Number.MIN_SAFE_INTEGER ? 0 : from)}"${end}${stateJson}}`;
}

async function sendersOf({ rooms }: RoomServices, { state }: RoomAccess, events: readonly StoredEvent[]): Promise<StoredEvent[]> {
  const senders = new Set(events.map((event) => event.fields.sender));
  const { core } = rooms;
  const memberType = await core.eventTypes.intern("m.room.member");
  const skeys = await Promise.all([...senders].map((sender) => core.stateKeys.find(`${memberType} ${sender}`)));
  const nids = skeys.flatMap((skey) => (skey === undefined ? [] : (state.get(skey) ?? [])));
  const loaded = await rooms.events.load(nids);
  return [...loaded.values()];
}

function readPlace(name: string, token: string | undefined, shard: number): number | undefined {
  if (token === undefined) return undefined;
  const sync = parseSyncToken(token);
  const place = sync ? timelinePositionOf(sync.positions, shard) : parseTimelineToken(token);
  if (place === undefined) throw matrixError("M_INVALID_PARAM", `query parameter ${name}: not a token of this server`);
  return place;
}
