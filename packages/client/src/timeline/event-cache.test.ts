import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import { describe, expect, it } from "vitest";
import { emptyRoomData } from "../base/room-data.ts";
import type { TimelineBatch } from "../base/sync-changes.ts";
import { memoryStore } from "../stores/memory-store.ts";
import type { Store } from "../stores/store.ts";
import { EventCache } from "./event-cache.ts";

const roomId: RoomId = "!room:example.org";
const event = (n: number, more: object = {}): ClientEventWithoutRoomId => ({
  event_id: `$${n}`,
  type: "m.room.message",
  sender: "@a:example.org",
  origin_server_ts: n,
  content: { body: `text ${n}` },
  ...more,
});
const range = (from: number, count: number): ClientEventWithoutRoomId[] => Array.from({ length: count }, (_, index) => event(from + index));
const batch = (events: readonly ClientEventWithoutRoomId[], more: Partial<TimelineBatch> = {}): TimelineBatch => ({
  gap: [],
  events,
  isReset: false,
  before: `before ${events[0]?.event_id}`,
  beforeEvents: `before ${events[0]?.event_id}`,
  ...more,
});
const create = (store: Store = memoryStore()): { cache: EventCache; store: Store } => ({
  store,
  cache: new EventCache({ store, room: (id) => ({ ...emptyRoomData(id), lastTs: Number(id.slice(1, id.indexOf(":"))) || 0 }) }),
});
const commit = (cache: EventCache, ...batches: TimelineBatch[]): Promise<void> =>
  batches.reduce((before, each) => before.then(() => cache.commit([], new Map([[roomId, each]]))), Promise.resolve());
const numbers = (events: readonly ClientEventWithoutRoomId[]): number[] => events.map(({ origin_server_ts: n }) => n);

describe("the cache of events", () => {
  it("keeps what comes in order, over a restart, with the token of what is before it", async () => {
    const { cache, store } = create();
    await commit(cache, batch(range(1, 10), { isReset: true }), batch(range(11, 1)), batch(range(12, 40)));
    const { cache: again } = create(store);
    const { events, before, isStart } = await again.load(roomId);
    expect([numbers(events), before, isStart]).toEqual([numbers(range(1, 51)), "before $1", false]);
    expect(await again.load("!other:example.org")).toEqual({ events: [], before: undefined, isStart: false });
  });

  it("forgets the oldest by and by, and knows where it begins", async () => {
    const { cache, store } = create();
    for (let n = 1; n <= 500; n += 5) await commit(cache, batch(range(n, 5)));
    const { events, before } = await cache.load(roomId);
    expect([events.length >= 100, events.length <= 140, events.at(-1)?.event_id]).toEqual([true, true, "$500"]);
    expect(numbers(events)).toEqual(numbers(range(events[0]?.origin_server_ts ?? 0, events.length)));
    expect(before).toBe(`before ${events[0]?.event_id}`);
    expect((await store.all("timeline")).size).toBeLessThan(8);
  });

  it("begins anew where events are missing, or too many came at once", async () => {
    const { cache, store } = create();
    await commit(cache, batch(range(1, 60)), batch(range(101, 3), { gap: range(99, 2), isReset: true, before: "in the gap" }));
    expect(await cache.load(roomId)).toMatchObject({ before: "in the gap" });
    expect(numbers((await cache.load(roomId)).events)).toEqual([99, 100, 101, 102, 103]);
    await commit(cache, batch(range(400, 3), { gap: range(104, 296) }));
    expect([numbers((await cache.load(roomId)).events), (await cache.load(roomId)).before]).toEqual([[400, 401, 402], "before $400"]);
    expect((await store.all("timeline")).size).toBe(2);
  });

  it("keeps a gap that was filled with what was before it", async () => {
    const { cache } = create();
    await commit(cache, batch(range(1, 30)), batch(range(41, 30), { gap: range(31, 10) }));
    expect(numbers((await cache.load(roomId)).events)).toEqual(numbers(range(1, 70)));
  });

  it("takes pages of history while there is room for them, and none that does not join", async () => {
    const { cache } = create();
    await commit(cache, batch(range(201, 20), { isReset: true }));
    const page = (from: number, count: number, token: string): Promise<void> =>
      cache.prepend(roomId, { from: token, events: range(from, count), before: `before $${from}`, isStart: false });
    await page(100, 20, "before $120");
    expect(numbers((await cache.load(roomId)).events)).toEqual(numbers(range(201, 20)));
    await page(151, 50, "before $201");
    await page(101, 50, "before $151");
    await page(51, 50, "before $101");
    const { events, before } = await cache.load(roomId);
    expect([numbers(events), before]).toEqual([numbers(range(101, 120)), "before $101"]);
  });

  it("keeps nothing of what was redacted, wherever it is", async () => {
    const { cache, store } = create();
    await commit(cache, batch(range(1, 30)), batch(range(31, 30)));
    const redaction = (n: number, target: number): ClientEventWithoutRoomId =>
      event(n, { type: "m.room.redaction", redacts: `$${target}`, content: {} });
    await commit(cache, batch([redaction(100, 5), redaction(101, 40), redaction(102, 999)]));
    const text = JSON.stringify([...(await store.all("timeline"))]);
    expect([text.includes('text 5"'), text.includes('text 40"'), text.includes('text 6"')]).toEqual([false, false, true]);
    const { events } = await cache.load(roomId);
    expect(events[4]).toMatchObject({ event_id: "$5", content: {}, unsigned: { redacted_because: { event_id: "$100" } } });
  });

  it("is of the thousand rooms that were active last", async () => {
    const { cache, store } = create();
    const rooms = Array.from({ length: 1001 }, (_, index): RoomId => `!${index + 1}:example.org`);
    await cache.commit([], new Map(rooms.slice(1).map((id) => [id, batch(range(1, 1), { isReset: true })])));
    await cache.commit([], new Map([["!1:example.org", batch(range(1, 1))]]));
    expect((await cache.load("!1:example.org")).events).toEqual([]);
    await cache.commit([], new Map([["!5000:example.org", batch(range(1, 1))]]));
    expect((await cache.load("!5000:example.org")).events.length).toBe(1);
    expect((await cache.load("!2:example.org")).events).toEqual([]);
    expect((await store.all("timeline")).size).toBe(1001);
    await cache.forget("!5000:example.org");
    expect((await create(store).cache.load("!5000:example.org")).events).toEqual([]);
  });

  it("is what the store has after a write that failed", async () => {
    const store = memoryStore();
    let isFull = false;
    const { cache } = create({ ...store, write: (changes) => (isFull ? Promise.reject(new Error("full")) : store.write(changes)) });
    await commit(cache, batch(range(1, 5), { isReset: true }));
    isFull = true;
    await expect(commit(cache, batch(range(6, 5)))).rejects.toThrow("full");
    isFull = false;
    expect(numbers((await cache.load(roomId)).events)).toEqual([1, 2, 3, 4, 5]);
  });

  it("leaves out what is no event", async () => {
    const { cache, store } = create();
    await commit(cache, batch(range(1, 2), { isReset: true }));
    const head = (await store.get("timeline", roomId)) as { events: unknown[] };
    await store.write([{ table: "timeline", key: roomId, value: { ...head, events: [...head.events, ["x"], 5] } }]);
    expect(numbers((await create(store).cache.load(roomId)).events)).toEqual([1, 2]);
  });
});
