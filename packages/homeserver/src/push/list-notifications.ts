import { limits } from "../limits.ts";
import { renderEvents, type Viewer } from "../rooms/read/render-event.ts";
import type { Visibility } from "../rooms/read/visibility.ts";
import type { Room } from "../rooms/room.ts";
import type { Rooms, UserMembership } from "../rooms/rooms.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import {
  highlightsOfUser,
  type NotificationRow,
  notificationsOfRoom,
  notificationsOfUser,
  readMarksOfRoom,
} from "../store/statements/notifications.ts";
import { turnIfDue } from "../turns.ts";
import type { EventActions } from "./event-outcome.ts";
import type { UserRules } from "./user-rules.ts";

/** Which notifications are asked for. */
export interface NotificationsQuery {
  readonly viewer: Viewer & { readonly userId: string };
  /** Only those of events before this number. */
  readonly before: number;
  readonly limit: number;
  readonly highlightsOnly: boolean;
}

/** Some notifications of a user, as JSON, newest first, and the number of the event before which there are more. */
export interface NotificationsPage {
  readonly notifications: readonly string[];
  readonly next: number | undefined;
}

/** What a list of notifications is read from. */
export interface ListParts {
  readonly rooms: Rooms;
  readonly visibility: Visibility;
  readonly rules: UserRules;
  /** What the rules of a user say about an event. */
  readonly actions: (event: StoredEvent, userNid: number) => Promise<EventActions>;
}

/** Lists what a user was notified of in the rooms that the user is in, newest first. */
export async function listNotifications(parts: ListParts, asked: NotificationsQuery): Promise<NotificationsPage> {
  const { page, next } = await newestNotifications(parts, { ...asked, userNid: asked.viewer.userNid });
  return { notifications: await write(parts, asked, page), next };
}

/** What of a user's notifications is asked for. */
type RowsQuery = Omit<NotificationsQuery, "viewer"> & { readonly userNid: number };

/** The newest notifications of a user before an event, newest first. */
export async function newestNotifications(
  parts: Pick<ListParts, "rooms" | "rules">,
  asked: RowsQuery,
): Promise<{ readonly page: readonly NotificationRow[]; readonly next: number | undefined }> {
  const { rooms } = parts;
  const { userNid } = asked;
  const joined = new Map([...(await rooms.ofUser(userNid))].filter(([, { membership }]) => membership === "join"));
  const own = await rooms.core.store.all(asked.highlightsOnly ? highlightsOfUser : notificationsOfUser, userNid, asked.before, asked.limit);
  const common = await commonNotifications(parts, asked, joined);
  const page = newest([...own.filter((row) => joined.has(row.room_nid)), ...common], asked.limit);
  const oldestOwn = own.at(-1)?.event_nid;
  // A page of notifications in rooms that were left is empty, and there may be more before them.
  const last = page.length === asked.limit ? page.at(-1)?.event_nid : own.length === asked.limit ? oldestOwn : undefined;
  return { page, next: last };
}

/** The newest notifications that all members of a room have had, of all rooms of the user. */
async function commonNotifications(
  { rooms, rules }: Pick<ListParts, "rooms" | "rules">,
  { userNid, before, limit, highlightsOnly }: RowsQuery,
  joined: ReadonlyMap<number, UserMembership>,
): Promise<NotificationRow[]> {
  const byNews = [...joined.keys()].flatMap((nid) => rooms.byNid(nid) ?? []).toSorted((a: Room, b: Room) => b.end - a.end);
  let found: NotificationRow[] = [];
  for (const room of byNews) {
    // No other room has anything newer.
    if (found.length === limit && room.end < (found.at(-1)?.event_nid ?? 0)) break;
    const turn = turnIfDue();
    if (turn) await turn;
    const upTo = Math.min(before, rules.ownSince(userNid, room.shard) + 1);
    const since = joined.get(room.nid)?.pos ?? 0;
    const rows = await rooms.core.store.all(notificationsOfRoom, room.nid, userNid, since, upTo, Number(highlightsOnly), limit);
    found = newest([...found, ...rows], limit);
  }
  return found;
}

/** The newest of some rows, each event once; what is highlighted for the user alone is. */
function newest(rows: readonly NotificationRow[], limit: number): NotificationRow[] {
  const byEvent = new Map<number, NotificationRow>();
  for (const row of rows) if ((byEvent.get(row.event_nid)?.highlights ?? -1) < row.highlights) byEvent.set(row.event_nid, row);
  return [...byEvent.values()].toSorted((a, b) => b.event_nid - a.event_nid).slice(0, limit);
}

async function write(
  { rooms, visibility, actions }: ListParts,
  { viewer }: NotificationsQuery,
  page: readonly NotificationRow[],
): Promise<string[]> {
  const events = await rooms.events.load(page.map((row) => row.event_nid));
  const marks = new Map<number, ReadonlyMap<string, number>>();
  const written: string[] = [];
  for (const { event_nid: nid, room_nid: roomNid, thread } of page) {
    const event = events.get(nid);
    const room = rooms.byNid(roomNid);
    if (!event || !room || event.fields.redactedBy !== null) continue;
    const loaded = await rooms.load(room);
    if (!(await visibility.canSee(loaded, viewer.userNid, event))) continue;
    const outlook = await visibility.outlook(loaded, viewer.userNid, [event]);
    const [json = ""] = await renderEvents(rooms, [event], { viewer, outlook });
    if (!marks.has(roomNid)) marks.set(roomNid, await readMarks(rooms, viewer.userNid, roomNid));
    const ofRoom = marks.get(roomNid);
    const isRead = nid <= Math.max(ofRoom?.get("") ?? 0, ofRoom?.get(thread) ?? 0);
    const did = JSON.stringify((await actions(event, viewer.userNid)).actions);
    written.push(`{"actions":${did},"event":${json},"read":${isRead},"room_id":${JSON.stringify(room.id)},"ts":${event.fields.ts}}`);
  }
  return written;
}

async function readMarks(rooms: Rooms, userNid: number, roomNid: number): Promise<ReadonlyMap<string, number>> {
  const rows = await rooms.core.store.all(readMarksOfRoom, userNid, roomNid, limits.countedNotifications.value);
  return new Map(rows.map(({ thread, pos }) => [thread, pos]));
}
