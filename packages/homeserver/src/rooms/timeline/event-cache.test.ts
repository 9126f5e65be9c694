import { describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, message, roomOf, state } from "../../../tests/room-of.ts";
import { WatchedStore } from "../../../tests/watched-store.ts";
import { EventCache } from "./event-cache.ts";
import { StoredEvent } from "./stored-event.ts";

/** A cache of its own over the events of a composed homeserver. */
function emptyCache({ core, rooms }: ComposedRooms): EventCache {
  return new EventCache(core, (nid) => rooms.byNid(nid)?.version);
}

/** An event like a stored one that no store has. */
function unstored({ fields, rules }: StoredEvent, nid: number): StoredEvent {
  return new StoredEvent({ ...fields, nid, eventId: `$${nid}` }, rules);
}

describe("events", () => {
  it("are found by number and by ID, as they were sent; those that do not exist are left out", async () => {
    await using fixture = await openRooms();
    const room = await roomOf(fixture);
    const sent = [
      await fixture.engine.send(room, message("one")),
      await fixture.engine.send(room, state("m.room.topic", { topic: "two" })),
    ];
    const cache = emptyCache(fixture);
    const byId = await cache.loadByIds([...sent.map(({ eventId }) => eventId), "$missing"]);
    const byNid = await emptyCache(fixture).load([...sent.map(({ nid }) => nid), 1]);
    expect([byId.size, byNid.size]).toEqual([2, 2]);
    for (const event of sent) {
      expect(byId.get(event.eventId)?.fields).toEqual(event.fields);
      expect(byNid.get(event.nid)?.fields).toEqual(event.fields);
      expect(cache.peek(event.nid)).toBe(byId.get(event.eventId));
    }
    expect([await cache.byId("$missing"), await cache.get(1)]).toEqual([undefined, undefined]);
  });

  it("are read anew when they were dropped, since they have changed", async () => {
    await using fixture = await openRooms();
    const room = await roomOf(fixture);
    const sent = await fixture.engine.send(room, message("secret"));
    const redaction = await fixture.engine.send(room, { type: "m.room.redaction", sender: alice, content: {}, redacts: sent.eventId });
    expect((await fixture.rooms.events.get(sent.nid))?.fields.redactedBy).toBe(redaction.nid);
    expect((await fixture.rooms.events.byId(sent.eventId))?.content).toEqual({});
  });

  it("are not kept as they were when they are dropped while they are read", async () => {
    const watched = new WatchedStore();
    await using fixture = await openRooms({ wrapStore: watched.wrap });
    const { nid } = await fixture.engine.send(await roomOf(fixture), message("one"));
    const cache = emptyCache(fixture);
    watched.afterRead = () => cache.evict(nid);
    expect([(await cache.get(nid))?.nid, cache.peek(nid)]).toEqual([nid, undefined]);
    watched.afterRead = undefined;
    expect([(await cache.get(nid))?.nid, cache.peek(nid)?.nid]).toEqual([nid, nid]);
  });
});

describe("an event that waits for its commit", () => {
  it("is found by number and by ID, whatever is dropped meanwhile, until it is settled", async () => {
    await using fixture = await openRooms();
    const stored = await fixture.engine.send(await roomOf(fixture), message("one"));
    const cache = emptyCache(fixture);
    const event = unstored(stored, stored.nid + 64);
    cache.hold(event);
    cache.evict(event.nid);
    expect([cache.pending(event.nid), cache.pending(stored.nid)]).toEqual([event, undefined]);
    expect([cache.peek(event.nid), await cache.get(event.nid), await cache.byId(event.eventId)]).toEqual([event, event, event]);
    expect([...(await cache.loadByIds([stored.eventId, event.eventId])).keys()].toSorted()).toEqual(
      [stored.eventId, event.eventId].toSorted(),
    );
    expect([...(await cache.load([stored.nid, event.nid])).keys()].toSorted((a, b) => a - b)).toEqual([stored.nid, event.nid]);
  });

  it("stays in memory once it is stored, and goes if it never will be", async () => {
    await using fixture = await openRooms();
    const stored = await fixture.engine.send(await roomOf(fixture), message("one"));
    const cache = emptyCache(fixture);
    const [kept, lost] = [unstored(stored, stored.nid + 64), unstored(stored, stored.nid + 128)];
    for (const event of [kept, lost]) cache.hold(event);
    cache.settle(kept, true);
    cache.settle(lost, false);
    expect([cache.pending(kept.nid), cache.pending(lost.nid)]).toEqual([undefined, undefined]);
    expect([cache.peek(kept.nid), cache.peek(lost.nid), await cache.byId(lost.eventId)]).toEqual([kept, undefined, undefined]);
  });
});
