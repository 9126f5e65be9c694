import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { createRoom } from "../../rooms/write/create-room.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";

const alice = "@alice:example.org";
const bob = "@bob:example.org";
const never = new AbortController().signal;

interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: {
    readonly join?: Record<
      string,
      {
        timeline: { events: { type: string; event_id: string; content: Record<string, unknown> }[]; limited: boolean; prev_batch: string };
        state: { events: { type: string; state_key: string }[] };
        summary?: Record<string, unknown>;
      }
    >;
    readonly invite?: Record<string, { invite_state: { events: { type: string }[] } }>;
    readonly leave?: Record<string, { timeline: { events: { type: string }[] } }>;
  };
}

async function newRoom(
  fixture: ComposedRooms,
  options: { version?: string; invite?: string[]; preset?: "public_chat" } = {},
): Promise<LoadedRoom> {
  return createRoom(fixture.rooms, fixture.engine, fixture.profileOf, {
    creator: alice,
    preset: options.preset ?? "private_chat",
    version: options.version,
    invite: options.invite ?? [],
    initialState: [],
    name: "The room",
  });
}

async function sync(fixture: ComposedRooms, userId: string, since?: string, timeout = 0): Promise<SyncAnswer> {
  return JSON.parse(await fixture.sync.sync(await fixture.device(userId), { since, timeout }, never)) as SyncAnswer;
}

describe.each([1, 4])("rooms and sync over %i shards", (shards) => {
  it.each(["1", "2", "3", "6", "8", "10", "11", "12"])("creates a room of version %s, sends, and shows it in sync", async (version) => {
    await using fixture = await openRooms({ shards });
    const room = await newRoom(fixture, { version });
    const sent = await fixture.engine.send(room, { type: "m.room.message", sender: alice, content: { body: "hello", msgtype: "m.text" } });
    const answer = await sync(fixture, alice);
    const joined = answer.rooms?.join?.[room.id];
    expect(joined?.timeline.events.at(-1)?.event_id).toBe(sent.eventId);
    expect(joined?.timeline.events.map((event) => event.type)[0]).toBe("m.room.create");
    expect((await sync(fixture, alice, answer.next_batch)).rooms).toBeUndefined();
  });

  it("shows an invite, then the room from the join on, then that it was left", async () => {
    await using fixture = await openRooms({ shards });
    const room = await newRoom(fixture, { invite: [bob] });
    const invited = await sync(fixture, bob);
    expect(invited.rooms?.invite?.[room.id]?.invite_state.events.map((event) => event.type)).toContain("m.room.name");
    await fixture.members.join(room, bob);
    const joined = await sync(fixture, bob, invited.next_batch);
    expect(joined.rooms?.join?.[room.id]?.summary).toMatchObject({ "m.joined_member_count": 2 });
    await fixture.members.kick(room, { sender: alice, target: bob });
    await fixture.engine.send(room, { type: "m.room.message", sender: alice, content: { body: "secret" } });
    const left = await sync(fixture, bob, joined.next_batch);
    expect(left.rooms?.leave?.[room.id]?.timeline.events.map((event) => event.type)).toEqual(["m.room.member"]);
  });

  it("sends the state that a gap in the timeline hides", async () => {
    await using fixture = await openRooms({ shards });
    const room = await newRoom(fixture);
    const before = await sync(fixture, alice);
    await fixture.engine.send(room, { type: "m.room.topic", stateKey: "", sender: alice, content: { topic: "hidden" } });
    for (let i = 0; i < 15; i++) await fixture.engine.send(room, { type: "m.room.message", sender: alice, content: { body: `${i}` } });
    const after = await sync(fixture, alice, before.next_batch);
    const joined = after.rooms?.join?.[room.id];
    expect(joined?.timeline.limited).toBe(true);
    expect(joined?.timeline.events.map((event) => event.content["body"])).toEqual(Array.from({ length: 10 }, (_, i) => `${i + 5}`));
    expect(joined?.state.events.map((event) => event.type)).toEqual(["m.room.topic"]);
  });

  it("wakes a waiting sync when something is sent", async () => {
    await using fixture = await openRooms({ shards });
    const room = await newRoom(fixture, { preset: "public_chat" });
    await fixture.members.join(room, bob);
    const { next_batch: since } = await sync(fixture, bob);
    const waiting = sync(fixture, bob, since, 30_000);
    const sent = await fixture.engine.send(room, { type: "m.room.message", sender: alice, content: { body: "wake up" } });
    expect((await waiting).rooms?.join?.[room.id]?.timeline.events[0]?.event_id).toBe(sent.eventId);
  });
});

describe("a device that comes back with its last token", () => {
  const say = async ({ engine }: ComposedRooms, room: LoadedRoom, body: string): Promise<string> =>
    (await engine.send(room, { type: "m.room.message", sender: alice, content: { body } })).eventId;
  const told = (answer: SyncAnswer, room: LoadedRoom): string[] =>
    answer.rooms?.join?.[room.id]?.timeline.events.map(({ event_id: eventId }) => eventId) ?? [];

  it("is looked up nothing for until its user is touched, and then is told all of it", async () => {
    await using fixture = await openRooms();
    const room = await newRoom(fixture, { preset: "public_chat" });
    await fixture.members.join(room, bob);
    let since = (await sync(fixture, bob)).next_batch;
    const looking = vi.spyOn(fixture.rooms, "ofUser");
    for (const body of ["one", "two", "three"]) {
      const waiting = sync(fixture, bob, since, 30_000);
      // Nothing of others wakes it.
      await newRoom(fixture);
      const ofBob = (): number => looking.mock.calls.filter(([nid]) => nid === fixture.core.users.peek(bob)).length;
      const before = ofBob();
      const sent = await say(fixture, room, body);
      const answer = await waiting;
      expect([told(answer, room), ofBob() - before]).toEqual([[sent], 1]);
      since = answer.next_batch;
    }
    // The first time nothing was known of it.
    expect(looking.mock.calls.filter(([nid]) => nid === fixture.core.users.peek(bob))).toHaveLength(3);
  });

  it("is looked up no other rooms for than those in which something has touched its user", async () => {
    await using fixture = await openRooms();
    const rooms = [await newRoom(fixture), await newRoom(fixture), await newRoom(fixture)];
    let since = (await sync(fixture, alice)).next_batch;
    const looking = vi.spyOn(fixture.rooms, "byNid");
    for (const timeout of [0, 30_000])
      for (const room of rooms) {
        const sent = await say(fixture, room, "news");
        looking.mockClear();
        const answer = await sync(fixture, alice, since, timeout);
        expect([told(answer, room), Object.keys(answer.rooms?.join ?? {})]).toEqual([[sent], [room.id]]);
        expect(new Set(looking.mock.calls.flat())).toEqual(new Set([room.nid]));
        since = answer.next_batch;
      }
    looking.mockClear();
    expect([(await sync(fixture, alice, since)).rooms, looking.mock.calls]).toEqual([undefined, []]);
  });

  it("is told at once what came before it is back, and what it has not taken", async () => {
    await using fixture = await openRooms();
    const room = await newRoom(fixture);
    const { next_batch: first } = await sync(fixture, alice);
    const sent = [await say(fixture, room, "one")];
    const { next_batch: second, ...answer } = await sync(fixture, alice, first, 30_000);
    expect(told({ ...answer, next_batch: second }, room)).toEqual(sent);
    // The answer was lost.
    expect(told(await sync(fixture, alice, first, 30_000), room)).toEqual(sent);
    sent.push(await say(fixture, room, "two"));
    expect(told(await sync(fixture, alice, second, 30_000), room)).toEqual(sent.slice(1));
    expect(told(await sync(fixture, alice, first, 30_000), room)).toEqual(sent);
  });
});

describe("the room engine", () => {
  it("rejects what the authorisation rules reject, and stores nothing", async () => {
    await using fixture = await openRooms();
    const room = await newRoom(fixture);
    await expect(fixture.engine.send(room, { type: "m.room.message", sender: bob, content: {} })).rejects.toMatchObject({
      code: "FORBIDDEN",
      rule: /^v12:/,
    });
    await expect(fixture.members.join(room, bob)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(room.view.end).toBe(room.head.tips[0]?.nid);
  });

  it("answers a repeated transaction with the same event, also at the same time", async () => {
    await using fixture = await openRooms();
    const room = await newRoom(fixture);
    const draft = { type: "m.room.message", sender: alice, content: { body: "once" } };
    const origin = { deviceNid: 1, txn: "t1" };
    const [a, b] = await Promise.all([fixture.engine.send(room, draft, origin), fixture.engine.send(room, draft, origin)]);
    expect(a.eventId).toBe(b.eventId);
  });

  it("continues after a restart where it was", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-restart-"));
    const first = await openRooms({ dataDir });
    const room = await newRoom(first);
    const origin = { deviceNid: 1, txn: "t1" };
    const draft = { type: "m.room.message", sender: alice, content: { body: "before" } };
    const sent = await first.engine.send(room, draft, origin);
    const { next_batch: since } = await sync(first, alice);
    await first[Symbol.asyncDispose]();
    await using second = await openRooms({ dataDir });
    const again = second.rooms.get(room.id);
    expect((await second.engine.send(again, draft, origin)).eventId).toBe(sent.eventId);
    const after = await second.engine.send(again, { type: "m.room.message", sender: alice, content: { body: "after" } });
    const answer = await sync(second, alice, since);
    expect(answer.rooms?.join?.[room.id]?.timeline.events.map((event) => event.event_id)).toEqual([after.eventId]);
  });

  it("redacts an event, and shows why", async () => {
    await using fixture = await openRooms();
    const room = await newRoom(fixture);
    const sent = await fixture.engine.send(room, { type: "m.room.message", sender: alice, content: { body: "oops" } });
    await fixture.engine.send(room, { type: "m.room.redaction", sender: alice, content: { reason: "typo" }, redacts: sent.eventId });
    const shown = (await sync(fixture, alice)).rooms?.join?.[room.id]?.timeline.events.find((event) => event.event_id === sent.eventId);
    expect(shown).toMatchObject({ content: {}, unsigned: { redacted_because: { content: { reason: "typo" } } } });
  });
});
