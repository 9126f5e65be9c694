import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let carol: TestUser;
let txn = 0;

beforeAll(async () => {
  server = await testHomeserver();
  alice = await server.register("alice");
  bob = await server.register("bob");
  carol = await server.register("carol");
});
afterAll(() => server[Symbol.asyncDispose]());

interface EventJson {
  readonly type: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: Readonly<Record<string, unknown>>;
}
interface EventList {
  readonly events: readonly EventJson[];
}
interface RoomJson {
  readonly timeline: EventList & { readonly prev_batch: string; readonly limited: boolean };
  readonly state?: EventList;
  readonly state_after?: EventList;
  readonly summary?: Readonly<Record<string, unknown>>;
}
interface Synced {
  readonly next_batch: string;
  readonly rooms?: Readonly<Partial<Record<"join" | "leave" | "invite" | "knock", Readonly<Record<string, RoomJson>>>>>;
}
interface Chunk {
  readonly chunk: readonly EventJson[];
}

const as: TestHomeserver["requestAs"] = (...request) => server.requestAs(...request);
async function done(answer: Promise<TestResponse<unknown>>): Promise<void> {
  expect((await answer).status).toBe(200);
}
const newRoom = (settings?: Readonly<Record<string, unknown>>): Promise<string> => server.createRoom(alice, settings);
async function say(user: TestUser, roomId: string, times = 1): Promise<void> {
  for (let i = 0; i < times; i++)
    await done(as(user, "PUT", `/rooms/${roomId}/send/m.room.message/${txn++}`, { msgtype: "m.text", body: `${i}` }));
}
async function sync(user: TestUser, query: Readonly<Record<string, string>> = {}): Promise<Synced> {
  const { status, body } = await as<Synced>(user, "GET", `/sync?${new URLSearchParams(query)}`);
  expect(status).toBe(200);
  return body;
}
const join = (user: TestUser, roomId: string): Promise<void> => done(as(user, "POST", `/rooms/${roomId}/join`, {}));
const leave = (user: TestUser, roomId: string): Promise<void> => done(as(user, "POST", `/rooms/${roomId}/leave`, {}));

describe("/members?at=", () => {
  async function membersAt(roomId: string, at: string): Promise<readonly (string | undefined)[]> {
    const { status, body } = await as<Chunk>(alice, "GET", `/rooms/${roomId}/members?not_membership=leave&at=${encodeURIComponent(at)}`);
    expect(status).toBe(200);
    return body.chunk.map((event) => event.state_key);
  }

  it("takes the token of a sync and of a page alike, and lists who was in at that place", async () => {
    const roomId = await newRoom();
    const before = await sync(alice);
    await join(bob, roomId);
    const after = await sync(alice, { since: before.next_batch, filter: JSON.stringify({ room: { timeline: { limit: 1 } } }) });
    const prevBatch = String(after.rooms?.join?.[roomId]?.timeline.prev_batch);
    for (const moreIsSaid of [false, true]) {
      if (moreIsSaid) await say(bob, roomId);
      expect(await membersAt(roomId, before.next_batch)).toEqual([alice.userId]);
      expect(await membersAt(roomId, prevBatch)).toEqual([alice.userId]);
      expect(await membersAt(roomId, after.next_batch)).toEqual([alice.userId, bob.userId]);
    }
  });

  it.each(["x", "p1_2_3", "pzzzzzz", "qzzzzzzzz", "q-", "s358_6_0_7_1_1_1_9_0_1", "t57-193_6_0_7_1_1_1_9_0_1", "m56~2.58~3.59", "1234"])(
    "refuses %s, which is no token of this server",
    async (at) => {
      const roomId = await newRoom();
      const { status, body } = await as<{ errcode: string; error: string }>(alice, "GET", `/rooms/${roomId}/members?at=${at}`);
      expect([status, body.errcode]).toEqual([400, "M_INVALID_PARAM"]);
      expect(body.error).toMatch(/^query parameter at: /);
    },
  );
});

describe("a room that the user was never in", () => {
  const secrets = [{ type: "org.example.secret", content: { hidden: true } }];
  const knockable = {
    preset: "private_chat",
    topic: "secret",
    initial_state: [...secrets, { type: "m.room.join_rules", content: { join_rule: "knock" } }],
  };
  const endings: Readonly<Record<string, (roomId: string) => Promise<void>>> = {
    "a knock that was taken back": async (roomId) => {
      await done(as(carol, "POST", `/knock/${encodeURIComponent(roomId)}`, {}));
      await leave(carol, roomId);
    },
    "an invite that was rejected": async (roomId) => {
      await done(as(alice, "POST", `/rooms/${roomId}/invite`, { user_id: carol.userId }));
      await leave(carol, roomId);
    },
    "a ban": async (roomId) => done(as(alice, "POST", `/rooms/${roomId}/ban`, { user_id: carol.userId })),
  };

  describe.each(Object.keys(endings))("after %s", (name) => {
    it.each([{}, { full_state: "true" }, { full_state: "true", use_state_after: "true" }])(
      "shows nothing but how it ended: %j",
      async (query) => {
        const roomId = await newRoom(knockable);
        const { next_batch: since } = await sync(carol);
        await endings[name]?.(roomId);
        const include = { filter: JSON.stringify({ room: { include_leave: true } }) };
        for (const from of [{ since }, include]) {
          const room = (await sync(carol, { ...query, ...from })).rooms?.leave?.[roomId];
          expect(room?.timeline.events.map((event) => event.state_key)).toEqual([carol.userId]);
          expect(room?.state?.events ?? []).toEqual([]);
          const after = (room?.state_after?.events ?? []).map((event) => [event.type, event.state_key]);
          expect(after).toEqual("use_state_after" in query ? [["m.room.member", carol.userId]] : []);
        }
      },
    );
  });

  it("shows who left, and was banned later, the state of when it left and no more", async () => {
    const roomId = await newRoom({ topic: "before" });
    await join(carol, roomId);
    const { next_batch: since } = await sync(carol);
    await leave(carol, roomId);
    await done(as(alice, "PUT", `/rooms/${roomId}/state/m.room.topic`, { topic: "after" }));
    await done(as(alice, "POST", `/rooms/${roomId}/ban`, { user_id: carol.userId }));
    const room = (await sync(carol, { since, full_state: "true" })).rooms?.leave?.[roomId];
    expect(JSON.stringify(room)).not.toContain("after");
    const { body } = await as<{ topic: string }>(carol, "GET", `/rooms/${roomId}/state/m.room.topic`);
    expect(body.topic).toBe("before");
  });

  it("opens no older history when it becomes world readable", async () => {
    const roomId = await newRoom(knockable);
    await say(alice, roomId);
    await endings["a knock that was taken back"]?.(roomId);
    await done(as(alice, "PUT", `/rooms/${roomId}/state/m.room.history_visibility`, { history_visibility: "world_readable" }));
    await say(alice, roomId);
    for (const user of [carol, bob]) {
      const { body } = await as<Chunk>(user, "GET", `/rooms/${roomId}/messages?dir=f&limit=100`);
      expect(body.chunk.filter(({ type }) => type === "m.room.message")).toHaveLength(1);
    }
  });

  it("is refused to initialSync, so that clients offer to join", async () => {
    const roomId = await newRoom({ preset: "private_chat" });
    const { status, body } = await as<{ errcode: string }>(bob, "GET", `/rooms/${roomId}/initialSync`);
    expect([status, body.errcode]).toEqual([403, "M_FORBIDDEN"]);
    await say(alice, roomId, 2);
    const own = await as<{ membership: string; messages: Chunk; state: readonly EventJson[]; visibility: string }>(
      alice,
      "GET",
      `/rooms/${roomId}/initialSync`,
    );
    expect(own.body).toMatchObject({ membership: "join", visibility: "private" });
    expect(own.body.messages.chunk.slice(-2).map(({ content }) => content["body"])).toEqual(["0", "1"]);
    expect(own.body.state.map(({ type }) => type)).toContain("m.room.create");
  });
});

describe("lazily loaded members", () => {
  const lazy = (limit: number): string => JSON.stringify({ room: { state: { lazy_load_members: true }, timeline: { limit } } });
  const memberOf = (list: EventList | undefined, user: TestUser): unknown =>
    list?.events.findLast((event) => event.type === "m.room.member" && event.state_key === user.userId)?.content["membership"];

  it.each([false, true])("tell every change of a membership in a gap; state after the timeline: %s", async (after) => {
    const roomId = await newRoom();
    await join(bob, roomId);
    await join(carol, roomId);
    const more: Record<string, string> = after ? { use_state_after: "true" } : {};
    const { next_batch: since } = await sync(alice, { filter: lazy(3), ...more });
    await leave(carol, roomId);
    await say(bob, roomId, 6);
    const room = (await sync(alice, { since, filter: lazy(3), ...more })).rooms?.join?.[roomId];
    expect(room?.timeline.limited).toBe(true);
    expect(memberOf(after ? room?.state_after : room?.state, carol)).toBe("leave");
    expect(room?.summary).toMatchObject({ "m.joined_member_count": 2 });
  });

  it("tell a leave within the timeline in the state after it", async () => {
    const roomId = await newRoom();
    await join(carol, roomId);
    const { next_batch: since } = await sync(alice, { filter: lazy(10), use_state_after: "true" });
    await leave(carol, roomId);
    const room = (await sync(alice, { since, filter: lazy(10), use_state_after: "true" })).rooms?.join?.[roomId];
    expect(memberOf(room?.state_after, carol)).toBe("leave");
  });

  it("include the heroes of a room without a name", async () => {
    const roomId = await newRoom();
    await join(bob, roomId);
    await join(carol, roomId);
    await say(alice, roomId, 4);
    const room = (await sync(alice, { filter: lazy(2) })).rooms?.join?.[roomId];
    expect(room?.summary?.["m.heroes"]).toEqual([bob.userId, carol.userId]);
    expect([memberOf(room?.state, bob), memberOf(room?.state, carol)]).toEqual(["join", "join"]);
  });
});

describe("pages", () => {
  it("between two tokens of syncs hold everything after the first and up to the second", async () => {
    const roomId = await newRoom();
    const { next_batch: from } = await sync(alice);
    await say(alice, roomId, 3);
    const { next_batch: to } = await sync(alice);
    await say(alice, roomId, 2);
    const { body } = await as<Chunk>(alice, "GET", `/rooms/${roomId}/messages?dir=f&limit=100&from=${from}&to=${to}`);
    expect(body.chunk.map(({ content }) => content["body"])).toEqual(["0", "1", "2"]);
  });

  it("refuse tokens from the future and of another number of shards", async () => {
    const roomId = await newRoom();
    for (const from of ["pzzzzzz", "p1_2", "qzzzzzzzz", "s358_6_0_7_1_1_1_9_0_1", "t57-193_6_0"]) {
      const { status, body } = await as<{ errcode: string }>(alice, "GET", `/rooms/${roomId}/messages?dir=b&from=${from}`);
      expect([status, body.errcode]).toEqual([400, "M_INVALID_PARAM"]);
    }
  });
});
