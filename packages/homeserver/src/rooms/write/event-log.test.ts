import { describe, expect, it } from "vitest";
import { placeAfter, placeBefore, timelineEnd, timelineStart } from "../timeline/place.ts";
import type { LoadedRoom } from "../room.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { insertEvent } from "../../store/statements/events.ts";
import { metaValue, upsertMeta } from "../../store/statements/shards.ts";
import type { Store } from "../../store/store.ts";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, roomOf } from "../../../tests/room-of.ts";

/** A store whose commits can be held back, and those with events made to fail. */
class UnreliableStore {
  failures = 0;
  commits = 0;
  #inner: Store | undefined;
  #gate: Promise<void> = Promise.resolve();

  readonly wrap = (inner: Store): Store => {
    this.#inner = inner;
    return {
      get: (statement, ...params) => inner.get(statement, ...params),
      all: (statement, ...params) => inner.all(statement, ...params),
      commit: (batch) => this.#commit(batch),
      onFailure: (listener) => inner.onFailure(listener),
      onOutage: (listener) => inner.onOutage(listener),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    };
  };

  /** Keeps every commit waiting until the function is called. */
  close(): () => void {
    let open = (): void => {};
    this.#gate = new Promise((resolve) => (open = resolve));
    return () => open();
  }

  async #commit(batch: readonly WriteOperation[]): Promise<void> {
    const hasEvents = batch.some(({ write }) => write.name === insertEvent.name);
    if (hasEvents) this.commits++;
    await this.#gate;
    if (hasEvents && this.failures > 0) {
      this.failures--;
      throw new Error("the disk is full");
    }
    await this.#inner?.commit(batch);
  }
}

const newRoom = (fixture: ComposedRooms): Promise<LoadedRoom> => roomOf(fixture, { preset: "private_chat" });

const message = (body: string) => ({ type: "m.room.message", sender: alice, content: { body } });
const topic = (text: string) => ({ type: "m.room.topic", stateKey: "", sender: alice, content: { topic: text } });

async function timelineBodies(fixture: ComposedRooms, room: LoadedRoom): Promise<unknown[]> {
  const events = await fixture.timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 1_000);
  return events.flatMap((event) => event.content["body"] ?? []);
}

describe("a commit that fails", () => {
  it("fails what waited for it and what was built on it, and leaves the room as it was", async () => {
    const unreliable = new UnreliableStore();
    await using fixture = await openRooms({ wrapStore: unreliable.wrap });
    const room = await newRoom(fixture);
    const other = await newRoom(fixture);
    await fixture.engine.send(room, message("before"));
    // What decides about the events is in memory then, so that those sent together are stored together.
    for (const each of [room, other]) await fixture.engine.send(each, topic("before"));
    const depths = [room.head.depth, other.head.depth];
    const open = unreliable.close();
    const { commits } = unreliable;
    unreliable.failures = 1;
    const first = [fixture.engine.send(room, message("lost")), fixture.engine.send(room, topic("lost"))];
    await expect.poll(() => unreliable.commits).toBe(commits + 1);
    const second = [fixture.engine.send(room, message("built on what is lost")), fixture.engine.send(other, topic("elsewhere"))];
    // All of them wait for the log by then.
    await expect.poll(() => [room.head.depth, other.head.depth]).toEqual([(depths[0] ?? 0) + 3, (depths[1] ?? 0) + 1]);
    open();
    const outcomes = await Promise.allSettled([...first, ...second]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
    const after = await fixture.engine.send(room, message("after"));
    expect(await timelineBodies(fixture, room)).toEqual(["before", "after"]);
    const before = await fixture.timelines.lastUpTo(room, placeBefore(placeAfter(after.nid)));
    expect(after.pdu["prev_events"]).toEqual([before?.eventId]);
    const loaded = await fixture.rooms.load(room);
    expect(loaded.view.stateNid).toBe(loaded.head.stateNid);
    await fixture.engine.send(room, topic("kept"));
    await fixture.engine.send(other, topic("kept"));
  });

  it("creates a room at the second try where the first one could not be stored", async () => {
    const unreliable = new UnreliableStore();
    await using fixture = await openRooms({ wrapStore: unreliable.wrap });
    unreliable.failures = 1;
    await expect(newRoom(fixture)).rejects.toThrow("the disk is full");
    const room = await newRoom(fixture);
    await fixture.engine.send(room, message("works"));
    expect(await timelineBodies(fixture, room)).toEqual(["works"]);
  });

  it("sends under the same transaction ID when it is tried again", async () => {
    const unreliable = new UnreliableStore();
    await using fixture = await openRooms({ wrapStore: unreliable.wrap });
    const room = await newRoom(fixture);
    const origin = { deviceNid: 1, txn: "t" };
    unreliable.failures = 1;
    await expect(fixture.engine.send(room, message("once"), origin)).rejects.toThrow("the disk is full");
    await fixture.engine.send(room, message("once"), origin);
    await fixture.engine.send(room, message("once"), origin);
    expect(await timelineBodies(fixture, room)).toEqual(["once"]);
  });
});

describe("the log", () => {
  it("goes on when making something visible throws", async () => {
    await using fixture = await openRooms();
    const { log } = fixture.core;
    const publish = (): void => {
      throw new Error("a mistake");
    };
    const failing = log.append({ positions: [log.next(0)], operations: [], publish });
    const next = log.append({ positions: [log.next(0)], operations: [] });
    await expect(failing).rejects.toThrow("a mistake");
    await next;
    await log.append({ positions: [log.next(0)], operations: [] });
  });

  it("writes what it carries before it is closed, though nothing follows", async () => {
    await using fixture = await openRooms();
    const { log, store } = fixture.core;
    log.carry(operation(upsertMeta, "carried", "yes"));
    await log.flushed();
    expect(await store.get(metaValue, "carried")).toEqual({ value: "yes" });
  });

  it("keeps its number of shards", async () => {
    await using fixture = await openRooms({ shards: 2 });
    const { Log } = await import("../../log/log.ts");
    expect((await Log.open(fixture.core.store, 4)).shards).toBe(2);
  });
});
