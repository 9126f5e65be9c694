import type { SyncResponse } from "@patrix/client-api";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import { describe, expect, it } from "vitest";
import { reduceSync } from "../base/reduce-sync.ts";
import { type BaseState, emptyBaseState } from "../base/room-data.ts";
import { forgetStoreChanges, loadBaseState, syncStoreChanges } from "./base-state.ts";
import { memoryStore } from "./memory-store.ts";

const me = "@me:example.org";
const [one, other] = ["!one:example.org", "!other:example.org"] as const;
let counter = 0;

function state(type: string, content: object, state_key = ""): ClientEventWithoutRoomId {
  counter += 1;
  return { event_id: `$e${counter}`, type, state_key, sender: me, origin_server_ts: counter, content: { ...content } };
}
/** A response in which the user is in two rooms. */
function response(more: Partial<SyncResponse> = {}): SyncResponse {
  const member = state("m.room.member", { membership: "join" }, me);
  const events = [member, state("m.room.name", { name: "Cake" }), state("org.example.a", { a: 1 }, 'a "key"')];
  const join = { [one]: { timeline: { events } }, [other]: { timeline: { events: [member] } } };
  return { next_batch: "t", rooms: { join }, account_data: { events: [{ type: "m.direct", content: { [me]: [one] } }] }, ...more };
}
const reduce = (from: BaseState, to: SyncResponse) => reduceSync(from, to, { userId: me, incremental: true });

/** A base state as plain data; members that are undefined count as absent, as in a store. */
function plain({ rooms, accountData }: BaseState): unknown {
  const roomList = [...rooms].map(([id, room]) => [
    id,
    { ...room, state: [...room.state].map(([type, all]) => [type, [...all]]), receipts: [...room.receipts] },
  ]);
  return JSON.parse(JSON.stringify([roomList, [...accountData]]));
}

describe("what a client knows", () => {
  it("is the same when it is read from a store that was told of each change", async () => {
    const store = memoryStore();
    const first = reduce(emptyBaseState, response());
    await store.write(syncStoreChanges(first));
    expect(plain(await loadBaseState(store))).toEqual(plain(first.state));
    const events = [state("m.room.name", { name: "Tea" }), state("m.room.topic", { topic: "new" })];
    const receipts = { type: "m.receipt", content: { $e1: { "m.read": { "@you:example.org": { ts: 5 } } } } };
    const second = reduce(first.state, {
      next_batch: "u",
      rooms: { join: { [one]: { timeline: { events }, ephemeral: { events: [receipts] } } } },
    });
    await store.write(syncStoreChanges(second));
    const loaded = await loadBaseState(store);
    expect(plain(loaded)).toEqual(plain(second.state));
    expect(loaded.rooms.get(one)?.state.get("org.example.a")?.get('a "key"')?.content).toEqual({ a: 1 });
    expect(loaded.accountData.get("m.direct")).toEqual({ [me]: [one] });
    expect([...(loaded.rooms.get(one)?.receipts ?? [])]).toEqual([["@you:example.org", { eventId: "$e1", ts: 5 }]]);
  });

  it("is nothing of a room that was forgotten, and all of the others", async () => {
    const store = memoryStore();
    const { state: known, ...changes } = reduce(emptyBaseState, response());
    await store.write(syncStoreChanges({ state: known, ...changes }));
    await store.write(forgetStoreChanges(known.rooms.get(one) ?? expect.unreachable("the room is not known")));
    expect([...(await loadBaseState(store)).rooms.keys()]).toEqual([other]);
    expect([...(await store.all("state")).keys()].filter((key) => key.includes(one))).toEqual([]);
    expect([(await store.all("state")).size, (await store.all("receipts")).size]).toEqual([1, 0]);
  });

  it("is nothing of rows that are not as they are written", async () => {
    const store = memoryStore();
    const known = reduce(emptyBaseState, response());
    await store.write(syncStoreChanges(known));
    const entry = state("m.room.name", { name: "odd" });
    const keys = ["no JSON", "{}", "[]", JSON.stringify([one]), JSON.stringify([one, "m.room.name"]), JSON.stringify([one, 5, ""])];
    await store.write([
      ...keys.map((key) => ({ table: "state", key, value: entry }) as const),
      { table: "state", key: JSON.stringify([one, "m.room.topic", ""]), value: "text" },
      { table: "rooms", key: "no room ID", value: {} },
      { table: "rooms", key: "!third:example.org", value: 5 },
      { table: "account-data", key: "org.example.text", value: "text" },
    ]);
    expect(plain(await loadBaseState(store))).toEqual(plain(known.state));
  });

  it("has every member of a room that an older row lacks", async () => {
    const store = memoryStore();
    await store.write([{ table: "rooms", key: one, value: { id: one, membership: "join" } }]);
    const room = (await loadBaseState(store)).rooms.get(one);
    expect(room).toMatchObject({ id: one, membership: "join", heroes: [], notificationCount: 0 });
    expect(room?.state.size).toBe(0);
  });
});
