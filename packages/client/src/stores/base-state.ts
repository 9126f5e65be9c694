import { isJsonObject, type JsonObject } from "@patrix/api";
import { isRoomId, type RoomId, type UserId } from "@patrix/identifiers";
import {
  type BaseState,
  emptyRoomData,
  type ReadUpTo,
  type RoomData,
  type RoomSummaryData,
  type StateEntry,
  toSummaryData,
} from "../base/room-data.ts";
import type { RoomChange, SyncChanges } from "../base/sync-changes.ts";
import type { Store, StoreChange } from "./store.ts";

function stateKeyOf(roomId: RoomId, type: string, stateKey: string): string {
  return JSON.stringify([roomId, type, stateKey]);
}

/** Receipts that are kept of a room: of those who read last. */
const maxStoredReceipts = 100;

/** What a store must change so that it knows of one room what the client knows. */
export function roomStoreChanges({
  before,
  after,
  changedState,
}: Pick<RoomChange, "after" | "changedState"> & { readonly before?: RoomData | undefined }): readonly StoreChange[] {
  const state = changedState.map(({ type, stateKey }): StoreChange => ({
    table: "state",
    key: stateKeyOf(after.id, type, stateKey),
    value: after.state.get(type)?.get(stateKey),
  }));
  // Of few rooms they change at a time, and some have many.
  const hasReceipts = before?.receipts !== after.receipts && (before !== undefined || after.receipts.size > 0);
  const receipts = hasReceipts ? [{ table: "receipts" as const, key: after.id, value: [...after.receipts].slice(-maxStoredReceipts) }] : [];
  return [...state, ...receipts, { table: "rooms", key: after.id, value: toSummaryData(after) }];
}

/** What a store must change so that it knows what the client knows. */
export function syncStoreChanges(changes: SyncChanges): readonly StoreChange[] {
  const rooms = [...changes.rooms.values()].flatMap(roomStoreChanges);
  const account = changes.accountData.map((type): StoreChange => ({
    table: "account-data",
    key: type,
    value: changes.state.accountData.get(type),
  }));
  return [...rooms, ...account];
}

/** What a store must change to forget a room. */
export function forgetStoreChanges(room: RoomData): readonly StoreChange[] {
  const keys = [...room.state].flatMap(([type, entries]) => [...entries.keys()].map((stateKey) => stateKeyOf(room.id, type, stateKey)));
  return [
    { table: "rooms", key: room.id, value: undefined },
    { table: "receipts", key: room.id, value: undefined },
    ...keys.map((key): StoreChange => ({ table: "state", key, value: undefined })),
  ];
}

/** Reads everything that a store knows. Rows that are not as this package writes them are skipped. */
export async function loadBaseState(store: Store): Promise<BaseState> {
  const states = new Map<string, Map<string, Map<string, StateEntry>>>();
  for (const [key, value] of await store.all("state")) {
    const [roomId, type, stateKey] = readKey(key);
    if (roomId === undefined || type === undefined || stateKey === undefined || !isJsonObject(value)) continue;
    const types = states.get(roomId) ?? new Map<string, Map<string, StateEntry>>();
    states.set(roomId, types);
    const entries = types.get(type) ?? new Map<string, StateEntry>();
    // Written from a StateEntry.
    types.set(type, entries.set(stateKey, value as object as StateEntry));
  }
  const receipts = await store.all("receipts");
  const rooms = new Map<RoomId, RoomData>();
  for (const [id, value] of await store.all("rooms")) {
    if (!isRoomId(id) || !isJsonObject(value)) continue;
    // Written from a RoomSummaryData; members that were undefined are absent.
    const summary = value as object as RoomSummaryData;
    rooms.set(id, { ...emptyRoomData(id), ...summary, state: states.get(id) ?? new Map(), receipts: readReceipts(receipts.get(id)) });
  }
  const accountData = new Map<string, JsonObject>();
  for (const [type, content] of await store.all("account-data")) if (isJsonObject(content)) accountData.set(type, content);
  return { rooms, accountData };
}

function readReceipts(value: unknown): RoomData["receipts"] {
  // Written from the entries of such a map.
  return new Map(Array.isArray(value) ? (value as [UserId, ReadUpTo][]) : []);
}

function readKey(key: string): readonly (string | undefined)[] {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? parts.map((part) => (typeof part === "string" ? part : undefined)) : [];
  } catch {
    return [];
  }
}
