import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let txn = 0;

beforeAll(async () => {
  server = await testHomeserver();
  alice = await server.register("alice");
  bob = await server.register("bob");
});
afterAll(() => server[Symbol.asyncDispose]());

const as: TestHomeserver["requestAs"] = (...request) => server.requestAs(...request);
const newRoom = (settings?: Readonly<Record<string, unknown>>): Promise<string> => server.createRoom(alice, settings);

async function send(user: TestUser, roomId: string, type = "m.room.message", content: unknown = { body: "hello" }) {
  return as(user, "PUT", `/rooms/${roomId}/send/${type}/${txn++}`, content);
}

interface Page {
  readonly chunk?: readonly { readonly content: { readonly body?: string } }[];
}

async function bodies(user: TestUser, roomId: string): Promise<readonly string[]> {
  const { body } = await as<Page>(user, "GET", `/rooms/${roomId}/messages?dir=f&limit=100`);
  return (body.chunk ?? []).flatMap(({ content }) => content.body ?? []);
}

describe("the create event of a room", () => {
  it("stays the only one", async () => {
    const roomId = await newRoom();
    expect((await as(alice, "PUT", `/rooms/${roomId}/state/m.room.create`, { room_version: "12" })).body.errcode).toBe("M_BAD_JSON");
    const second = await as(alice, "POST", "/createRoom", { initial_state: [{ type: "m.room.create", content: {} }] });
    expect(second.body.errcode).toBe("M_INVALID_ROOM_STATE");
  });

  it.each([5, ["nobody"], [1]])("names creators by user ID: %j", async (creators) => {
    const answer = await as(alice, "POST", "/createRoom", { creation_content: { additional_creators: creators } });
    expect([answer.status, answer.body.errcode]).toEqual([400, "M_INVALID_ROOM_STATE"]);
  });

  it("is followed by 200 events at most", async () => {
    const initial_state = Array.from({ length: 201 }, (_, i) => ({ type: "org.example", state_key: `${i}`, content: {} }));
    const answer = await as(alice, "POST", "/createRoom", { initial_state });
    expect([answer.status, answer.body.errcode, answer.body.error]).toEqual([400, "M_BAD_JSON", expect.stringMatching(/initial_state/)]);
  });
});

describe("power levels", () => {
  const levels = (user: TestUser, roomId: string, content: object) =>
    as(user, "PUT", `/rooms/${roomId}/state/m.room.power_levels`, content);

  it.each([{ users: { "@carol:localhost": "high" } }, { users: { carol: 1 } }, { events: [] }, { ban: "1" }])(
    "of a form that nobody may send are the fault of the body: %j",
    async (content) => {
      const { status, body } = await levels(alice, await newRoom(), content);
      expect([status, body.errcode, body.error]).toEqual([400, "M_BAD_JSON", expect.stringMatching(/\(rule v12:/)]);
    },
  );

  it("list no creator where creators stand above them, and else are a matter of who may change them", async () => {
    const roomId = await newRoom({ preset: "public_chat", creation_content: { additional_creators: [bob.userId] } });
    for (const creator of [alice, bob])
      expect(await levels(alice, roomId, { users: { [creator.userId]: 100 } })).toMatchObject({
        status: 400,
        body: { errcode: "M_BAD_JSON" },
      });
    const created = await as(alice, "POST", "/createRoom", { power_level_content_override: { users: { [alice.userId]: 100 } } });
    expect([created.status, created.body.errcode]).toEqual([400, "M_INVALID_ROOM_STATE"]);
    const open = await newRoom({ preset: "public_chat" });
    await as(bob, "POST", `/join/${encodeURIComponent(open)}`, {});
    expect(await levels(bob, open, { users: { [bob.userId]: 100 } })).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
  });
});

describe.each(["1", "10", "11", "12"])("redactions in room version %s", (room_version) => {
  it("are checked whichever endpoint they come by", async () => {
    const roomId = await newRoom({ room_version });
    await as(bob, "POST", `/join/${encodeURIComponent(roomId)}`, {});
    const { body: sent } = await send(alice, roomId);
    const redacts = sent["event_id"];
    expect((await send(bob, roomId, "m.room.redaction", { redacts })).body.errcode).toBe("M_FORBIDDEN");
    expect((await send(alice, roomId, "m.room.redaction", {})).body.errcode).toBe("M_BAD_JSON");
    expect((await as(alice, "PUT", `/rooms/${roomId}/state/m.room.redaction`, { redacts })).body.errcode).toBe("M_BAD_JSON");
    expect((await send(alice, roomId, "m.room.redaction", { redacts })).status).toBe(200);
    expect((await as(bob, "GET", `/rooms/${roomId}/event/${redacts}`)).body.content).toEqual({});
  });
});

describe("a membership", () => {
  it("is one event, however often the user joins at the same time", async () => {
    const roomId = await newRoom();
    const answers = await Promise.all(Array.from({ length: 10 }, () => as(bob, "POST", `/join/${encodeURIComponent(roomId)}`, {})));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const { body } = await as<{ chunk: { state_key?: string }[] }>(alice, "GET", `/rooms/${roomId}/messages?dir=b&limit=100`);
    expect(body.chunk.filter(({ state_key }) => state_key === bob.userId)).toHaveLength(1);
  });
});

describe("history", () => {
  const expected = {
    joined: ["after the join"],
    invited: ["after the invite", "after the join"],
    shared: ["at first", "after the invite", "after the join"],
    world_readable: ["at first", "after the invite", "after the join", "after the leave"],
  };

  it.each(Object.entries(expected))(
    "shows who was joined for a time what visibility %s allows, a ban later on included",
    async (visibility, shown) => {
      const content = { history_visibility: visibility };
      const roomId = await newRoom({ initial_state: [{ type: "m.room.history_visibility", content }] });
      await send(alice, roomId, "m.room.message", { body: "at first" });
      await as(alice, "POST", `/rooms/${roomId}/invite`, { user_id: bob.userId });
      await send(alice, roomId, "m.room.message", { body: "after the invite" });
      await as(bob, "POST", `/rooms/${roomId}/join`, {});
      await send(alice, roomId, "m.room.message", { body: "after the join" });
      await as(bob, "POST", `/rooms/${roomId}/leave`, {});
      await send(alice, roomId, "m.room.message", { body: "after the leave" });
      expect(await bodies(bob, roomId)).toEqual(shown);
      await as(alice, "POST", `/rooms/${roomId}/ban`, { user_id: bob.userId });
      expect(await bodies(bob, roomId)).toEqual(shown);
    },
  );
});

describe("sync", () => {
  interface Synced {
    readonly next_batch: string;
    readonly errcode?: string;
    readonly error?: string;
    readonly rooms?: {
      readonly leave?: Readonly<Record<string, { timeline: { events: { content: unknown }[] } }>>;
      readonly join?: Readonly<Record<string, { ephemeral: { events: { type: string }[] } }>>;
    };
  }
  const filtered = (filter: unknown): Promise<TestResponse<Synced>> =>
    as<Synced>(alice, "GET", `/sync?filter=${encodeURIComponent(JSON.stringify(filter))}`);

  it("shows that an invite was rejected", async () => {
    const roomId = await newRoom({ preset: "private_chat", invite: [bob.userId] });
    const { next_batch: since } = (await as<Synced>(bob, "GET", "/sync")).body;
    await as(bob, "POST", `/rooms/${roomId}/leave`, {});
    const { rooms } = (await as<Synced>(bob, "GET", `/sync?since=${since}`)).body;
    expect(rooms?.leave?.[roomId]?.timeline.events).toMatchObject([{ content: { membership: "leave" } }]);
  });

  it("leaves out the ephemeral events that a filter does not want", async () => {
    const roomId = await newRoom();
    await as(alice, "PUT", `/rooms/${roomId}/typing/${alice.userId}`, { typing: true });
    const types = async (ephemeral: unknown): Promise<string[] | undefined> =>
      (await filtered({ room: { ephemeral } })).body.rooms?.join?.[roomId]?.ephemeral.events.map(({ type }) => type);
    expect(await types({})).toEqual(["m.typing"]);
    expect(await types({ not_types: ["m.typing"] })).toEqual([]);
    expect(await types({ not_rooms: [roomId] })).toEqual([]);
  });

  it("says what is wrong with a filter", async () => {
    const { status, body } = await filtered({ room: { timeline: { limit: "many" } } });
    expect([status, body.errcode, body.error]).toEqual([
      400,
      "M_INVALID_PARAM",
      expect.stringMatching(/filter: \/room\/timeline\/limit: expected number, got string/),
    ]);
  });
});
