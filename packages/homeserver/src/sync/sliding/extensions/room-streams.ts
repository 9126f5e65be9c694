import type { Room } from "../../../rooms/room.ts";
import type { Rooms } from "../../../rooms/rooms.ts";
import type { Receipt } from "../../cuts/receipt-content.ts";
import type { RoomEphemeral } from "../../cuts/room-ephemeral.ts";
import type { AccountDataItem, SyncDevice, SyncSources } from "../../cuts/sync-sources.ts";
import { writeAccountData, writeReceipts, writeTyping } from "../../cuts/write-parts.ts";
import type { SyncCut } from "../../sync-token.ts";
import type { ConnectionState, StateDraft, StreamName } from "../connection-state.ts";
import type { ExtensionAnswer } from "./extension.ts";

/** The number under which global account data is told. */
const GLOBAL = 0;

/** What the streams are read from. */
export interface StreamParts {
  readonly rooms: Rooms;
  readonly sources: SyncSources;
  readonly ephemeral: RoomEphemeral;
}

/** A room of which an extension tells. */
export interface StreamRoom {
  readonly room: Room;
  readonly isJoined: boolean;
  /** The events of the timeline that this answer tells anew; `undefined` where the client has the timeline already. */
  readonly freshEvents: ReadonlySet<string> | undefined;
}

/** What is told of streams: between two cuts, of the rooms in their scope. */
export interface StreamSpan {
  readonly device: SyncDevice;
  readonly before: ConnectionState;
  readonly draft: StateDraft;
  readonly since: SyncCut | undefined;
  readonly now: SyncCut;
  /** Whether the answer is full; what is left over comes with the next one. */
  readonly isFull: () => boolean;
  readonly added: (json: string) => void;
}

/** Up to where a stream was told of a room; `undefined` for one that it was not told of. */
function toldUpTo({ before, since }: StreamSpan, name: StreamName, roomNid: number): SyncCut | undefined {
  const marks = before.streams[name];
  return marks.has(roomNid) ? (marks.get(roomNid) ?? since) : undefined;
}

/** Notes of the rooms that were told up to the last answer, and not in this one, that there is something new. */
function leaveBehind(span: StreamSpan, name: StreamName, told: ReadonlySet<number>, hasNews: (roomNid: number) => boolean): void {
  const { before, draft, since } = span;
  if (!since) return;
  for (const [roomNid, mark] of before.streams[name])
    if (mark === undefined && !told.has(roomNid) && hasNews(roomNid)) draft.mark(name, roomNid, since);
}

function answer(members: readonly string[], texts: readonly string[]): ExtensionAnswer | undefined {
  const rooms = texts.length > 0 ? [`"rooms":{${texts.join(",")}}`] : [];
  const all = [...members, ...rooms];
  return all.length === 0 ? undefined : { json: `{${all.join(",")}}`, hasNews: true };
}

/**
 * Reads account data, global and of rooms; without `scope` only notes what is not told.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3959}
 */
export async function accountDataExtension(
  { sources }: StreamParts,
  span: StreamSpan,
  scope: readonly StreamRoom[] | undefined,
): Promise<ExtensionAnswer | undefined> {
  const { device, since, now, draft, before } = span;
  if (!scope && before.streams.accountData.size === 0) return undefined;
  const changed = await sources.accountData(device.userNid, { since: since?.positions, now: now.positions });
  const byRoom = new Map<number, AccountDataItem[]>();
  for (const item of changed) byRoom.set(item.roomNid, [...(byRoom.get(item.roomNid) ?? []), item]);
  const told = new Set<number>();
  const read = async (roomNid: number): Promise<readonly Pick<AccountDataItem, "type" | "json">[]> => {
    told.add(roomNid);
    draft.mark("accountData", roomNid, undefined);
    const upTo = toldUpTo(span, "accountData", roomNid);
    if (!since || upTo === since) return byRoom.get(roomNid) ?? [];
    if (!upTo) return sources.accountDataOfRoom(device.userNid, roomNid);
    const missed = await sources.accountData(device.userNid, { since: upTo.positions, now: now.positions });
    return missed.filter((item) => item.roomNid === roomNid);
  };
  const global = scope ? await read(GLOBAL) : [];
  const texts: string[] = [];
  for (const { room } of scope ?? []) {
    if (span.isFull()) break;
    // Nearly always there is nothing new.
    if (since && !byRoom.has(room.nid) && toldUpTo(span, "accountData", room.nid) === since) {
      told.add(room.nid);
      continue;
    }
    const items = await read(room.nid);
    if (items.length === 0) continue;
    texts.push(`${JSON.stringify(room.id)}:[${items.map(writeAccountData).join(",")}]`);
    span.added(texts.at(-1) ?? "");
  }
  leaveBehind(span, "accountData", told, (roomNid) => byRoom.has(roomNid));
  return answer(global.length > 0 ? [`"global":[${global.map(writeAccountData).join(",")}]`] : [], texts);
}

const everyRoom = (): boolean => true;

/**
 * Reads receipts. Of a room whose timeline is told anew those come that are on its events, and all of the user's own.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3960}
 */
export async function receiptsExtension(
  { rooms, ephemeral }: StreamParts,
  span: StreamSpan,
  scope: readonly StreamRoom[] | undefined,
): Promise<ExtensionAnswer | undefined> {
  const { device, since, now, draft } = span;
  const told = new Set<number>();
  const texts: string[] = [];
  const ephemeralFilter = { includesRoom: everyRoom, matchesType: (type: string) => type === "m.receipt" };
  for (const { room, isJoined, freshEvents } of scope ?? []) {
    if (span.isFull()) break;
    if (!isJoined) continue;
    told.add(room.nid);
    draft.mark("receipts", room.nid, undefined);
    const upTo = freshEvents ? undefined : toldUpTo(span, "receipts", room.nid)?.positions;
    if (!ephemeral.hasReceipts(room.nid, upTo)) continue;
    const request = { since: upTo, now: now.positions, ephemeralSince: now.ephemeral, ephemeralFilter };
    const { receipts } = await ephemeral.read(await rooms.load(room), device.userNid, request);
    const seen = (receipt: Receipt): boolean => receipt.userId === device.userId || freshEvents?.has(receipt.event_id) !== false;
    const shown = receipts.filter(seen);
    if (shown.length === 0) continue;
    texts.push(`${JSON.stringify(room.id)}:${writeReceipts(shown)}`);
    span.added(texts.at(-1) ?? "");
  }
  leaveBehind(span, "receipts", told, (roomNid) => ephemeral.hasReceipts(roomNid, since?.positions));
  return answer([], texts);
}

/** Reads who is typing. @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3961} */
export async function typingExtension(
  { rooms, ephemeral }: StreamParts,
  span: StreamSpan,
  scope: readonly StreamRoom[] | undefined,
): Promise<ExtensionAnswer | undefined> {
  const { device, since, now, draft } = span;
  // Numbers of before the server started say nothing.
  const numberOf = (cut: SyncCut | undefined): number => (cut && cut.ephemeral <= now.ephemeral ? cut.ephemeral : 0);
  const told = new Set<number>();
  const texts: string[] = [];
  const ephemeralFilter = { includesRoom: everyRoom, matchesType: (type: string) => type === "m.typing" };
  for (const { room, isJoined } of scope ?? []) {
    if (!isJoined) continue;
    told.add(room.nid);
    draft.mark("typing", room.nid, undefined);
    const upTo = toldUpTo(span, "typing", room.nid);
    const ephemeralSince = numberOf(upTo);
    if (!ephemeral.hasTyping(room.nid, ephemeralSince)) continue;
    const request = { since: now.positions, now: now.positions, ephemeralSince, ephemeralFilter };
    const { typing } = await ephemeral.read(await rooms.load(room), device.userNid, request);
    if (!typing || (!upTo && typing.length === 0)) continue;
    texts.push(`${JSON.stringify(room.id)}:${writeTyping(typing)}`);
  }
  leaveBehind(span, "typing", told, (roomNid) => ephemeral.hasTyping(roomNid, numberOf(since)));
  return answer([], texts);
}
