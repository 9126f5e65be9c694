import { setImmediate as nextRound } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openRooms } from "../../../tests/composed-rooms.ts";
import { forkedRoom } from "../../../tests/forked-room.ts";
import { RemoteServer } from "../../../tests/remote/remote-server.ts";
import { message } from "../../../tests/room-of.ts";
import { rita, sharedRoom, expectOneTruth, topicOf, type EventJson } from "../../../tests/shared-room.ts";
import { WatchedStore } from "../../../tests/watched-store.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";

describe("an event of another server", () => {
  it("is rejected by the state before it, is in no timeline, and may be followed all the same", async () => {
    await using shared = await sharedRoom("11", 1);
    const { remote, room } = shared;
    const draft = {
      type: "m.room.name",
      stateKey: "",
      sender: rita,
      content: { name: "mine" },
      after: [await shared.tip()],
      state: room.head.state,
    };
    const rejected = await remote.send(room, draft);
    expect([rejected.outcome, rejected.event.fields.place]).toEqual(["rejected", null]);
    const next = await remote.send(room, { ...draft, type: "m.room.topic", content: { topic: "fine" }, after: [rejected.event] });
    expect(next.outcome).toBe("accepted");
    await shared.note();
    expect(await topicOf(shared)).toBe("fine");
    await expectOneTruth(shared);
  });

  it("is taken once, however often it comes", async () => {
    await using shared = await sharedRoom("11", 1);
    const { remote, room } = shared;
    const pdu = await remote.build(room, {
      type: "m.room.message",
      sender: rita,
      content: { body: "x" },
      after: [await shared.tip()],
      state: room.head.state,
    });
    const outcomes = await Promise.all([1, 2, 3].map(() => remote.deliver(room, pdu)));
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(["accepted", "known", "known"]);
  });

  it.each(["1", "10", "11", "12"])("redacts what it may redact, and stays without effect otherwise (version %s)", async (version) => {
    await using shared = await sharedRoom(version, 1);
    const { remote, room, alice } = shared;
    const say = { type: "m.room.message", content: { body: "oops" } };
    await shared.say("of alice");
    const ours = await shared.tip();
    const { event: theirs } = await remote.send(room, { ...say, sender: rita, after: [ours], state: room.head.state });
    const redact = async (target: StoredEvent, outcome = "accepted"): Promise<Readonly<Record<string, unknown>>> => {
      const field = { redacts: target.eventId };
      const draft = { type: "m.room.redaction", sender: rita, after: [await shared.tip()], state: room.head.state };
      const inContent = room.rules.redaction.contentFieldRedacts;
      const sent = await remote.send(room, { ...draft, content: inContent ? field : {}, ...(!inContent && field) });
      expect(sent.outcome).toBe(outcome);
      return (await alice.call<EventJson>("GET", `/rooms/${room.id}/event/${target.eventId}`)).content;
    };
    expect(await redact(theirs)).toEqual({});
    // The first versions reject such a redaction; later ones keep it, without effect.
    const { specialCaseRoomRedaction } = room.rules.authorization;
    expect(await redact(ours, specialCaseRoomRedaction ? "rejected" : "accepted")).toMatchObject({ body: "of alice" });
  });

  it("names the events before it that are not known", async () => {
    await using shared = await sharedRoom("11", 1);
    const { remote, room } = shared;
    const draft = { type: "m.room.message", sender: rita, content: { body: "x" }, state: room.head.state };
    const tip = await shared.tip();
    const lost = await remote.build(room, { ...draft, after: [tip] });
    const following = await remote.build(room, {
      ...draft,
      after: [lost],
    });
    await expect(remote.deliver(room, following)).rejects.toMatchObject({ code: "MISSING_EVENTS", missing: [lost.eventId] });
  });

  it("comes in while local users send, and nobody's event is lost", async () => {
    await using shared = await sharedRoom("11", 1);
    const { remote, room } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    const drafts = Array.from({ length: 10 }, (_, i) => ({
      type: "org.example",
      stateKey: `${i}`,
      sender: rita,
      content: { i },
      after: [fork],
      state,
    }));
    const sent = await Promise.all([
      ...drafts.map(async (draft) => (await remote.send(room, draft)).outcome),
      ...Array.from({ length: 10 }, async (_, i) => (await shared.set("org.example", { local: i }, `local${i}`)) && "accepted"),
    ]);
    expect(new Set(sent)).toEqual(new Set(["accepted"]));
    const keys = [...(await shared.alice.state(room.id)).keys()].filter((key) => key.startsWith("org.example "));
    expect(keys).toHaveLength(20);
    await shared.say("joins them all");
    // What was noted while others sent is not one moment.
    shared.places.splice(0, shared.places.length - 1);
    await expectOneTruth(shared);
  });

  it("lets a local user who sends meanwhile follow it, as soon as it is known where it takes a room with a fork", async () => {
    const watched = new WatchedStore();
    await using fixture = await openRooms({ wrapStore: watched.wrap });
    const { room, ours, theirs } = await forkedRoom(fixture, "ours");
    let local: Promise<StoredEvent> | undefined;
    watched.afterRead = async () => {
      if (!room.settling || local) return;
      local = fixture.engine.send(room, message("local"));
      await nextRound();
    };
    // What is in memory is found without a pause.
    for (const event of [ours, theirs]) fixture.rooms.events.evict(event.nid);
    const remote = new RemoteServer("remote.example", fixture);
    const [, { state } = expect.unreachable("the room has no fork")] = room.head.tips;
    const draft = { type: "m.room.message", sender: rita, content: { body: "remote" }, after: [theirs], state };
    const { event } = await remote.send(room, draft);
    expect((await local)?.pdu["prev_events"]).toEqual([ours.eventId, event.eventId]);
  });

  it("is looked for in the store, and what it follows and is authorised by is not while it is in memory", async () => {
    const watched = new WatchedStore();
    await using fixture = await openRooms({ wrapStore: watched.wrap });
    const { room } = await forkedRoom(fixture, "ours");
    const remote = new RemoteServer("remote.example", fixture);
    const last = await fixture.engine.send(room, message("joins the branches"));
    const draft = { type: "m.room.message", sender: rita, content: { body: "remote" }, after: [last], state: room.head.state };
    const pdu = await remote.build(room, draft);
    let reads = 0;
    watched.afterRead = (statement) => void (reads += Number(statement === "eventsByIds"));
    expect((await remote.deliver(room, pdu)).outcome).toBe("accepted");
    expect(reads).toBe(1);
  });

  it("that comes again while it is stored is no more stored than before", async () => {
    const watched = new WatchedStore();
    await using fixture = await openRooms({ wrapStore: watched.wrap });
    const { room } = await forkedRoom(fixture, "ours");
    const remote = new RemoteServer("remote.example", fixture);
    const last = await fixture.engine.send(room, message("joins the branches"));
    const draft = { type: "m.room.message", sender: rita, content: { body: "remote" }, after: [last], state: room.head.state };
    const pdu = await remote.build(room, draft);
    let fail = (): void => {};
    const failing = new Promise<void>((_, reject) => (fail = () => reject(new Error("the disk is full"))));
    failing.catch(() => {});
    watched.beforeCommit = () => failing;
    const first = await fixture.receiver.receive(room, pdu, { isEager: true });
    const second = await fixture.receiver.receive(room, pdu, { isEager: true });
    expect([first.outcome, second.outcome]).toEqual(["accepted", "known"]);
    const stored = Promise.allSettled([first, second].map(async (received) => received.stored));
    fail();
    expect((await stored).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    watched.beforeCommit = undefined;
    expect((await fixture.receiver.receive(room, pdu)).outcome).toBe("accepted");
  });
});
