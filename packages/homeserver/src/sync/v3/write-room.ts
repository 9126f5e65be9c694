import { type Ready, whenReady } from "../../ready.ts";
import { type RenderOptions, renderEvents } from "../../rooms/read/render-event.ts";
import type { RoomSummary } from "../../rooms/read/room-summary.ts";
import { MAIN_THREAD } from "../../rooms/read/thread-of.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { formatTimelineToken } from "../../rooms/timeline/place.ts";
import type { EphemeralNews } from "../cuts/room-ephemeral.ts";
import type { RoomUpdate } from "../cuts/room-updates.ts";
import type { AccountDataItem, UnreadThread } from "../cuts/sync-sources.ts";
import { writeAccountData, writeReceipts, writeTyping } from "../cuts/write-parts.ts";

/** The name of the state in an answer: that at the beginning of the timeline is `state`, and that at its end has two names. */
export type StateName = "state" | "state_after" | "org.matrix.msc4222.state_after";

/** How rooms are written for one client. */
export interface RoomWriting extends RenderOptions {
  readonly stateName: StateName;
  /** Whether what is unread is told by thread. */
  readonly byThread: boolean;
}

/** What of a joined room concerns its user alone. */
export interface OwnRoomData {
  readonly accountData: readonly AccountDataItem[];
  readonly unread: ReadonlyMap<string, UnreadThread>;
}

/** Whether nothing of a room is worth telling. */
export function isEmptyUpdate(update: RoomUpdate, accountData: readonly AccountDataItem[]): boolean {
  const { isNew, timeline, state, summary, ephemeral, sticky } = update;
  const hasEphemeral = ephemeral.receipts.length > 0 || ephemeral.typing !== undefined || sticky.length > 0;
  const hasHistory = timeline.limited || timeline.events.length > 0 || state.length > 0;
  return !isNew && !hasHistory && !summary && !hasEphemeral && accountData.length === 0;
}

/** Writes a room of `rooms.join` as JSON. */
export function writeJoinedRoom(
  rooms: Rooms,
  update: RoomUpdate,
  { accountData, unread }: OwnRoomData,
  writing: RoomWriting,
): Ready<string> {
  const summary = update.summary ? `"summary":${writeSummary(update.summary)},` : "";
  const ephemeral = writeEphemeral(update.ephemeral).join(",");
  const own = `${writeRoomData(accountData)},${writeUnread(unread, writing.byThread)}`;
  return whenReady(writeTimeline(rooms, update, writing), (timeline) =>
    whenReady(
      writeSticky(rooms, update, writing),
      (sticky) => `{${summary}${timeline},"ephemeral":{"events":[${ephemeral}]},${own}${sticky}}`,
    ),
  );
}

/** Writes a room of `rooms.leave` as JSON. */
export async function writeLeftRoom(
  rooms: Rooms,
  update: RoomUpdate,
  accountData: readonly AccountDataItem[],
  writing: RoomWriting,
): Promise<string> {
  return `{${await writeTimeline(rooms, update, writing)},${writeRoomData(accountData)}}`;
}

function writeUnread(unread: OwnRoomData["unread"], byThread: boolean): string {
  const whole = { notifies: 0, highlights: 0 };
  const threads: string[] = [];
  for (const [thread, counts] of unread)
    if (byThread && thread !== MAIN_THREAD) threads.push(`${JSON.stringify(thread)}:${writeCounts(counts)}`);
    else {
      whole.notifies += counts.notifies;
      whole.highlights += counts.highlights;
    }
  // Where no thread has something unread, clients are told of none.
  const ofThreads = threads.length > 0 ? `,"unread_thread_notifications":{${threads.join(",")}}` : "";
  return `"unread_notifications":${writeCounts(whole)}${ofThreads}`;
}

function writeCounts({ notifies, highlights }: UnreadThread): string {
  return `{"notification_count":${notifies},"highlight_count":${highlights}}`;
}

function writeRoomData(accountData: readonly AccountDataItem[]): string {
  return `"account_data":{"events":[${accountData.map(writeAccountData).join(",")}]}`;
}

function writeTimeline(
  rooms: Rooms,
  { timeline, state, outlook }: RoomUpdate,
  { viewer, stateName, format, fields }: RoomWriting,
): Ready<string> {
  const { limited, prevPlace } = timeline;
  const rest = `"limited":${limited},"prev_batch":"${formatTimelineToken(prevPlace)}"`;
  return whenReady(renderEvents(rooms, timeline.events, { viewer, outlook, format, fields }), (events) =>
    whenReady(
      renderEvents(rooms, state, { format, fields }),
      (stateEvents) => `"timeline":{"events":[${events.join(",")}],${rest}},"${stateName}":{"events":[${stateEvents.join(",")}]}`,
    ),
  );
}

function writeSticky(rooms: Rooms, { sticky }: RoomUpdate, { viewer, format, fields }: RoomWriting): Ready<string> {
  if (sticky.length === 0) return "";
  return whenReady(
    renderEvents(rooms, sticky, { viewer, format, fields }),
    (events) => `,"msc4354_sticky":{"events":[${events.join(",")}]}`,
  );
}

function writeSummary({ joinedCount, invitedCount, heroes }: RoomSummary): string {
  return JSON.stringify({ "m.joined_member_count": joinedCount, "m.invited_member_count": invitedCount, "m.heroes": heroes });
}

function writeEphemeral({ receipts, typing }: EphemeralNews): string[] {
  const events = typing ? [writeTyping(typing)] : [];
  return receipts.length === 0 ? events : [writeReceipts(receipts), ...events];
}
