import { getEventContext, getOneRoomEvent, getRelatingEvents, getRoomEvents, type RoomEventFilter } from "@patrix/client-api";
import { type ClientEventWithoutRoomId, getBundledRelations, getRelation } from "@patrix/events";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import type { RoomContext } from "../rooms/room-context.ts";
import type { EventWindow } from "./event-window.ts";
import type { RequestPage } from "./timeline-source.ts";

/** What requests for pages work with. */
export interface PageParts extends Abortable {
  readonly roomId: RoomId;
  readonly context: Pick<RoomContext, "http" | "reveal" | "base">;
  /** Takes in the members of whom events came. */
  readonly learn: (members: readonly ClientEventWithoutRoomId[]) => void;
}

/** Asks for pages of the history of a room. */
export function roomPages(parts: PageParts, filter: RoomEventFilter = {}): RequestPage {
  return async (dir, from, limit) => {
    const query = { dir, from, limit, filter: { ...filter, lazy_load_members: true } };
    const page = await parts.context.http.send(getRoomEvents, { path: { roomId: parts.roomId }, query }, { signal: parts.signal });
    parts.learn(page.state ?? []);
    return { events: await revealAll(parts, page.chunk), next: page.end };
  };
}

/** Asks for pages of a thread, with what relates to its events. */
export function threadPages(parts: PageParts, rootId: EventId): RequestPage {
  return async (dir, from, limit) => {
    const path = { roomId: parts.roomId, eventId: rootId };
    const page = await parts.context.http.send(
      getRelatingEvents,
      { path, query: { dir, from, limit, recurse: true } },
      { signal: parts.signal },
    );
    return { events: await revealAll(parts, page.chunk), next: page.next_batch };
  };
}

/** Whether an event is in a thread, begins it, or relates to what is in it. */
export function belongsToThread(rootId: EventId): (event: ClientEventWithoutRoomId, window: EventWindow) => boolean {
  return (event, window) => {
    if (event.event_id === rootId || event.type === "m.room.redaction") return true;
    const relation = getRelation(event.content);
    if (relation?.kind === "thread") return relation.rootId === rootId;
    if (relation === undefined || relation.kind === "reply") return false;
    return relation.eventId === rootId || window.has(relation.eventId);
  };
}

/** Fetches an event and what lies around it, oldest first. */
export async function fetchAround(
  parts: PageParts,
  eventId: EventId,
): Promise<{ readonly events: readonly ClientEventWithoutRoomId[]; readonly start: string | undefined; readonly end: string | undefined }> {
  const query = { limit: 50, filter: { lazy_load_members: true } };
  const answer = await parts.context.http.send(
    getEventContext,
    { path: { roomId: parts.roomId, eventId }, query },
    { signal: parts.signal },
  );
  parts.learn(answer.state ?? []);
  const { events_before: before = [], event, events_after: after = [] } = answer;
  const events = await revealAll(parts, [...before.toReversed(), ...(event ? [event] : []), ...after]);
  return { events, start: answer.start, end: answer.end };
}

/** Fetches one event. @throws {MatrixError} `M_NOT_FOUND`. */
export async function fetchEvent(parts: PageParts, eventId: EventId): Promise<ClientEventWithoutRoomId> {
  const path = { roomId: parts.roomId, eventId };
  return revealWithEdit(parts, await parts.context.http.send(getOneRoomEvent, { path }, { signal: parts.signal }));
}

/** Decrypts events as far as there are keys. */
export function revealAll(
  parts: Pick<PageParts, "context" | "roomId">,
  events: readonly ClientEventWithoutRoomId[],
): Promise<readonly ClientEventWithoutRoomId[]> {
  return Promise.all(events.map((event) => revealWithEdit(parts, event)));
}

/** Decrypts an event, and the edit that its server has put beside it. */
async function revealWithEdit(
  { context, roomId }: Pick<PageParts, "context" | "roomId">,
  event: ClientEventWithoutRoomId,
): Promise<ClientEventWithoutRoomId> {
  const edit = getBundledRelations(event.unsigned)["m.replace"];
  if (edit?.type !== "m.room.encrypted") return context.reveal(roomId, event);
  const shown = await context.reveal(roomId, edit);
  const relations = { ...event.unsigned?.["m.relations"], "m.replace": { ...shown } };
  return context.reveal(roomId, { ...event, unsigned: { ...event.unsigned, "m.relations": relations } });
}
