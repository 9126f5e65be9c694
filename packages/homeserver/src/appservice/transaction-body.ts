import { limits } from "../limits.ts";
import { renderStrippedState } from "../rooms/membership/stripped-state.ts";
import { renderEvents } from "../rooms/read/render-event.ts";
import { joinedUsers } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import type { ReceiptRow } from "../store/statements/receipts.ts";
import type { AppserviceToDeviceRow } from "../store/statements/to-device.ts";
import { type Receipt, receiptContent } from "../sync/cuts/receipt-content.ts";
import type { Appservice } from "./appservices.ts";
import type { Interest } from "./interest.ts";
import type { News } from "./read-news.ts";

/** What the server holds of a device's keys. */
export interface KeyCounts {
  readonly deviceId: string;
  readonly oneTimeKeys: Readonly<Record<string, number>>;
  readonly unusedFallbackTypes: readonly string[];
}

/** What transactions are made of. */
export interface BodyParts {
  readonly rooms: Rooms;
  readonly service: Appservice;
  readonly interest: Interest;
  /** What is held of the keys of each device of a user. */
  readonly keyCounts: (userNid: number) => Promise<readonly KeyCounts[]>;
}

/** Writes news as the bodies of transactions: one, or several where the events are large. What is not an event goes with the last. */
export async function writeBodies(parts: BodyParts, news: readonly News[]): Promise<string[]> {
  const { rooms, service } = parts;
  const events = news.flatMap((each) => (each.kind === "event" ? [each.event] : []));
  const receipts = news.flatMap((each) => (each.kind === "receipt" ? [each.receipt] : []));
  const messages = news.flatMap((each) => (each.kind === "message" ? [each.message] : []));
  const chunks = chunksOf(await writeEvents(parts, events));
  const last = [
    ...twice("ephemeral", "de.sorunome.msc2409", await writeReceipts(rooms, receipts)),
    ...twice("to_device", "de.sorunome.msc2409", await writeMessages(rooms, messages)),
    ...(service.wantsDevices ? await writeDevices(parts, news) : []),
  ];
  return chunks.map((chunk, i) => body(chunk, i === chunks.length - 1 ? last : []));
}

/** Writes ephemeral events as the body of a transaction. */
export function writeEphemeralBody(ephemeral: readonly string[]): string {
  return body([], twice("ephemeral", "de.sorunome.msc2409", ephemeral));
}

function body(events: readonly string[], members: readonly string[]): string {
  return `{${[`"events":[${events.join(",")}]`, ...members].join(",")}}`;
}

/** A list by its name in the specification and the one before that, which some services read alone; nothing of an empty one. */
function twice(name: string, prefix: string, items: readonly string[]): string[] {
  const list = `[${items.join(",")}]`;
  return items.length === 0 ? [] : [`"${name}":${list}`, `"${prefix}.${name}":${list}`];
}

async function writeEvents(parts: BodyParts, events: readonly StoredEvent[]): Promise<string[]> {
  const { rooms } = parts;
  const texts: string[] = [];
  for (const event of events) {
    const roomId = rooms.byNid(event.fields.roomNid)?.id;
    const stripped = await writeStrippedState(parts, event);
    texts.push(...(await renderEvents(rooms, [event], { roomId, showsReplaced: true, unsigned: () => stripped })));
  }
  return texts;
}

/** What an invite shows of its room, which the service's user cannot see yet; empty for every other event. */
async function writeStrippedState({ rooms, interest }: BodyParts, { content, fields }: StoredEvent): Promise<string> {
  const { type, stateKey = "", roomNid } = fields;
  if (type !== "m.room.member" || content["membership"] !== "invite" || !interest.isOwn(stateKey)) return "";
  const stripped = await renderStrippedState(rooms, await rooms.load({ nid: roomNid }), stateKey);
  return `,"invite_room_state":[${stripped.join(",")}]`;
}

/** Splits events into what fits into a transaction each, at least one event; there is at least one, which may be empty. */
function chunksOf(events: readonly string[]): string[][] {
  const chunks: string[][] = [[]];
  let bytes = 0;
  for (const event of events) {
    if (bytes >= limits.appserviceBytes.value) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)?.push(event);
    bytes += Buffer.byteLength(event);
  }
  return chunks;
}

async function writeReceipts(rooms: Rooms, receipts: readonly ReceiptRow[]): Promise<string[]> {
  const { users } = rooms.core;
  await users.load(receipts.map(({ user_nid: nid }) => nid));
  const byRoom = new Map<number, Receipt[]>();
  for (const row of receipts) {
    const known = byRoom.get(row.room_nid) ?? [];
    byRoom.set(row.room_nid, [...known, { ...row, userId: users.peekText(row.user_nid) }]);
  }
  return [...byRoom].map(([roomNid, read]) =>
    JSON.stringify({ type: "m.receipt", room_id: rooms.byNid(roomNid)?.id, content: receiptContent(read) }),
  );
}

async function writeMessages({ core: { users } }: Pick<Rooms, "core">, messages: readonly AppserviceToDeviceRow[]): Promise<string[]> {
  const texts: string[] = [];
  for (const { json, user_nid: userNid, device_id: deviceId } of messages)
    // The column holds an object that is not empty.
    texts.push(
      `${json.slice(0, -1)},"to_user_id":${JSON.stringify(await users.text(userNid))},"to_device_id":${JSON.stringify(deviceId)}}`,
    );
  return texts;
}

/** What end-to-end encryption needs, by all the names that services read. */
async function writeDevices(parts: BodyParts, news: readonly News[]): Promise<string[]> {
  const lists = await changedDeviceLists(parts, news);
  const counts = await countKeys(parts, news);
  const members: (readonly [name: string, value: unknown])[] = [];
  if (lists.changed.length + lists.left.length > 0) members.push(["device_lists", lists]);
  if (counts.oneTimeKeys.size > 0) {
    const oneTimeKeys = Object.fromEntries(counts.oneTimeKeys);
    members.push(["device_one_time_keys_count", oneTimeKeys], ["device_one_time_key_counts", oneTimeKeys]);
    members.push(["device_unused_fallback_key_types", Object.fromEntries(counts.unusedFallbackTypes)]);
  }
  return members.flatMap(([name, value]) => twiceOf(name, JSON.stringify(value)));
}

function twiceOf(name: string, json: string): string[] {
  return [`"${name}":${json}`, `"org.matrix.msc3202.${name}":${json}`];
}

/** Whose devices have changed, or can now be seen or not any more, because of who came and went. */
async function changedDeviceLists(
  { rooms, interest }: BodyParts,
  news: readonly News[],
): Promise<{ changed: readonly string[]; left: readonly string[] }> {
  const { users } = rooms.core;
  const changed = new Set<number>(news.flatMap((each) => (each.kind === "devices" ? [each.userNid] : [])));
  const gone = new Set<number>();
  for (const each of news) {
    if (each.kind !== "event" || each.event.fields.type !== "m.room.member") continue;
    const { stateKey = "", roomNid } = each.event.fields;
    const userNid = await users.find(stateKey);
    if (userNid === undefined) continue;
    if (each.event.content["membership"] !== "join") gone.add(userNid);
    else if (!interest.isOwn(stateKey)) changed.add(userNid);
    else
      for (const nid of joinedUsers((await rooms.load({ nid: roomNid })).view))
        if (changed.size < limits.syncChangedUsers.value) changed.add(nid);
  }
  await users.load([...changed, ...gone]);
  const left: string[] = [];
  for (const nid of gone)
    if (!changed.has(nid) && !interest.isOwn(users.peekText(nid)) && !(await interest.sharesRoom(nid))) left.push(await users.text(nid));
  return { changed: [...changed].map((nid) => users.peekText(nid)), left };
}

/** The keys of the devices that got messages or changed: those that others take keys of. */
async function countKeys(
  { rooms, interest, keyCounts }: BodyParts,
  news: readonly News[],
): Promise<{ oneTimeKeys: Map<string, object>; unusedFallbackTypes: Map<string, object> }> {
  const { users } = rooms.core;
  const concerned = new Set<number>();
  for (const each of news) {
    if (each.kind === "message") concerned.add(each.message.user_nid);
    if (each.kind === "devices" && interest.isOwn(await users.text(each.userNid))) concerned.add(each.userNid);
  }
  const oneTimeKeys = new Map<string, object>();
  const unusedFallbackTypes = new Map<string, object>();
  for (const userNid of concerned) {
    const devices = await keyCounts(userNid);
    if (devices.length === 0) continue;
    const userId = await users.text(userNid);
    oneTimeKeys.set(userId, Object.fromEntries(devices.map((device) => [device.deviceId, device.oneTimeKeys])));
    unusedFallbackTypes.set(userId, Object.fromEntries(devices.map((device) => [device.deviceId, device.unusedFallbackTypes])));
  }
  return { oneTimeKeys, unusedFallbackTypes };
}
