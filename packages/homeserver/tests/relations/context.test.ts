// What happened around an event, and which event is closest to a time.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { type RelatedEvent, RelatedRoom } from "./related-room.ts";

let now = 1_700_000_000_000;
let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let carol: TestUser;
let room: RelatedRoom;
beforeAll(async () => {
  server = await testHomeserver({ clock: { now: () => now } });
  [alice, bob, carol] = [await server.register("alice"), await server.register("bob"), await server.register("carol")];
});
beforeEach(async () => {
  now += 1_000;
  room = await RelatedRoom.of(server, [alice, bob]);
});
afterAll(() => server[Symbol.asyncDispose]());

interface Context {
  readonly start: string;
  readonly end: string;
  readonly event: RelatedEvent;
  readonly events_before: readonly RelatedEvent[];
  readonly events_after: readonly RelatedEvent[];
  readonly state: readonly RelatedEvent[];
}
const around = (user: TestUser, eventId: string, query: Readonly<Record<string, string>> = {}): Promise<Context> =>
  room.get<Context>(user, `/context/${encodeURIComponent(eventId)}?${new URLSearchParams(query)}`, "v3");
const bodies = (events: readonly RelatedEvent[]): readonly unknown[] => events.map(({ content }) => content.body);
const topic = (text: string): Promise<unknown> =>
  server.requestAs(alice, "PUT", `/rooms/${room.roomId}/state/m.room.topic/`, { topic: text });
const leave = (user: TestUser): Promise<unknown> => server.requestAs(user, "POST", `/rooms/${room.roomId}/leave`, {});

describe("the context of an event", () => {
  it("is what happened before and after it, with tokens from which /messages goes on", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 9; i++) ids.push(await room.say(i % 2 === 0 ? alice : bob, `${i}`));
    const context = await around(bob, ids[4] ?? "", { limit: "5" });
    expect(context.event).toMatchObject({ event_id: ids[4], room_id: room.roomId, content: { body: "4" } });
    expect([bodies(context.events_before), bodies(context.events_after)]).toEqual([
      ["3", "2", "1"],
      ["5", "6"],
    ]);
    const older = await room.get(bob, `/messages?dir=b&limit=1&from=${context.start}`, "v3");
    const newer = await room.get(bob, `/messages?dir=f&limit=10&from=${context.end}`, "v3");
    expect([bodies(older.chunk), bodies(newer.chunk)]).toEqual([["0"], ["7", "8"]]);
    const alone = await around(bob, ids[4] ?? "", { limit: "0" });
    expect([alone.events_before, alone.events_after, alone.event.event_id]).toEqual([[], [], ids[4]]);
    const whole = await around(bob, ids[8] ?? "");
    expect([bodies(whole.events_before), whole.events_after]).toEqual([["7", "6", "5", "4", "3"], []]);
  });

  it("has the state at the last event, as the filter wants it", async () => {
    await topic("early");
    const early = await room.say(alice, "early");
    await topic("late");
    const late = await room.say(bob, "late");
    const topicOf = ({ state }: Context): unknown => state.find(({ type }) => type === "m.room.topic")?.content["topic"];
    expect(topicOf(await around(bob, early, { limit: "0" }))).toBe("early");
    expect(topicOf(await around(bob, early, { limit: "2" }))).toBe("late");
    const filtered = await around(bob, early, { filter: JSON.stringify({ types: ["m.room.message"] }) });
    expect([filtered.state, bodies(filtered.events_after)]).toEqual([[], ["late"]]);
    expect((await around(bob, late)).state.filter(({ type }) => type === "m.room.member")).toHaveLength(2);
  });

  it("has of the members only the senders, where that is asked for", async () => {
    await room.join(carol);
    const ids = [await room.say(alice, "1"), await room.say(bob, "2"), await room.say(alice, "3")];
    const lazy = { filter: JSON.stringify({ lazy_load_members: true }) };
    const membersOf = async (limit: string): Promise<readonly (string | undefined)[]> =>
      (await around(carol, ids[2] ?? "", { ...lazy, limit })).state.flatMap(({ type, state_key: key }) =>
        type === "m.room.member" ? key : [],
      );
    expect(await membersOf("0")).toEqual([alice.userId]);
    expect(await membersOf("2")).toEqual([alice.userId, bob.userId]);
    expect((await around(carol, ids[2] ?? "", lazy)).state.some(({ type }) => type === "m.room.create")).toBe(true);
  });

  it("ends where the user left, and is not found where the user may not see the event", async () => {
    const seen = await room.say(alice, "seen");
    await leave(bob);
    const unseen = await room.say(alice, "not seen");
    const context = await around(bob, seen);
    expect(JSON.stringify(context)).not.toContain("not seen");
    for (const [user, eventId] of [
      [bob, unseen],
      [carol, seen],
      [alice, "$none"],
    ] as const) {
      const { status, body } = await room.read(user, `/context/${encodeURIComponent(eventId)}`, "v3");
      expect([status, body.errcode]).toEqual([404, "M_NOT_FOUND"]);
    }
    const { status, body } = await room.read(alice, `/context/${encodeURIComponent(seen)}?filter=x`, "v3");
    expect([status, body.errcode]).toEqual([400, "M_INVALID_PARAM"]);
  });
});

describe("the event closest to a time", () => {
  interface Found {
    readonly event_id: string;
    readonly origin_server_ts: number;
  }
  const closest = (user: TestUser, ts: number, dir: "b" | "f", version = "v1") =>
    room.read<Found>(user, `/timestamp_to_event?ts=${ts}&dir=${dir}`, version);

  it("is the first at that time or after it, or the last at that time or before it", async () => {
    const [at, ids]: [number[], string[]] = [[], []];
    for (let i = 0; i < 3; i++) {
      now += 1_000;
      at.push(now);
      ids.push(await room.say(alice, `${i}`), await room.say(alice, `${i} too`));
    }
    const [t0 = 0, t1 = 0, t2 = 0] = at;
    const cases: readonly (readonly [ts: number, dir: "b" | "f", found: string | undefined])[] = [
      [t0, "f", ids[0]],
      [t0 + 1, "f", ids[2]],
      [t1, "b", ids[3]],
      [t1 - 1, "b", ids[1]],
      [t2 + 5_000, "b", ids[5]],
    ];
    for (const [ts, dir, found] of cases) {
      const { status, body } = await closest(bob, ts, dir);
      expect([ts, dir, status, body.event_id]).toEqual([ts, dir, 200, found]);
    }
    expect((await closest(bob, t1, "f")).body).toEqual({ event_id: ids[2], origin_server_ts: t1 });
    expect((await closest(bob, t1, "f", "unstable/org.matrix.msc3030")).body.event_id).toBe(ids[2]);
    const first = await closest(bob, 0, "f");
    expect((await room.messages(bob))[0]?.event_id).toBe(first.body.event_id);
  });

  it("is one that the user may see, and not found where there is none", async () => {
    const history = [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }];
    room = await RelatedRoom.of(server, [alice], { initial_state: history });
    now += 1_000;
    const hidden = now;
    for (let i = 0; i < 25; i++) await room.say(alice, "hidden");
    now += 1_000;
    await room.join(bob);
    now += 1_000;
    const seen = await room.say(alice, "seen");
    await leave(bob);
    now += 1_000;
    await room.say(alice, "not seen");
    expect((await closest(alice, hidden, "f")).body.origin_server_ts).toBe(hidden);
    expect((await closest(bob, hidden, "f")).body.origin_server_ts).toBe(hidden + 1_000);
    // The first state of the room comes before the one that hides what follows.
    expect((await closest(bob, hidden, "b")).body.origin_server_ts).toBeLessThan(hidden);
    expect((await closest(bob, hidden + 1_001, "f")).body.event_id).toBe(seen);
    for (const [user, ts, dir, status, errcode] of [
      [bob, now, "f", 404, "M_NOT_FOUND"],
      [carol, 0, "f", 403, "M_FORBIDDEN"],
      [alice, 0, "b", 404, "M_NOT_FOUND"],
    ] as const) {
      const answer = await closest(user, ts, dir);
      expect([user.userId, answer.status, answer.body.errcode]).toEqual([user.userId, status, errcode]);
    }
  });

  it("is refused where the request is malformed", async () => {
    for (const query of ["dir=f", "ts=1", "ts=x&dir=f", "ts=1&dir=x"]) {
      const { status, body } = await room.read(alice, `/timestamp_to_event?${query}`);
      expect([query, status]).toEqual([query, 400]);
      expect(["M_INVALID_PARAM", "M_MISSING_PARAM"]).toContain(body.errcode);
    }
  });
});
