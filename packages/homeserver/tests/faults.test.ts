import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";
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
  readonly event_id: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly unsigned?: Readonly<Record<string, unknown>>;
  readonly prev_events?: unknown;
}
interface RoomJson {
  readonly timeline: { readonly events: readonly EventJson[]; readonly prev_batch: string; readonly limited: boolean };
  readonly state?: { readonly events: readonly EventJson[] };
  readonly ephemeral?: {
    readonly events: readonly { readonly type: string; readonly content: { readonly user_ids?: readonly string[] } }[];
  };
}
interface Synced {
  readonly next_batch: string;
  readonly device_lists?: { readonly changed?: readonly string[]; readonly left?: readonly string[] };
  readonly rooms?: Readonly<Partial<Record<"join" | "leave" | "invite" | "knock", Readonly<Record<string, RoomJson>>>>>;
}
interface Page {
  readonly chunk: readonly EventJson[];
  readonly end?: string;
}
interface ErrorJson {
  readonly errcode: string;
  readonly error: string;
}

const as = <Body = ErrorJson>(user: TestUser, method: string, path: string, body?: unknown): Promise<TestResponse<Body>> =>
  server.requestAs<Body>(user, method, path, body);
async function ok<Body>(user: TestUser, method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await as<Body>(user, method, path, body);
  expect([answer.status, answer.body]).toEqual([200, answer.body]);
  return answer.body;
}
const newRoom = (settings?: Readonly<Record<string, unknown>>): Promise<string> => server.createRoom(alice, settings);
const join = (user: TestUser, roomId: string): Promise<unknown> => ok(user, "POST", `/rooms/${roomId}/join`, {});
const leave = (user: TestUser, roomId: string): Promise<unknown> => ok(user, "POST", `/rooms/${roomId}/leave`, {});
const say = (user: TestUser, roomId: string, body = "hello"): Promise<{ event_id: string }> =>
  ok(user, "PUT", `/rooms/${roomId}/send/m.room.message/${txn++}`, { msgtype: "m.text", body });
const sync = (user: TestUser, query: Readonly<Record<string, string>> = {}): Promise<Synced> =>
  ok(user, "GET", `/sync?${new URLSearchParams(query)}`);
const setAccountData = (user: TestUser, type: string, content: unknown): Promise<unknown> =>
  ok(user, "PUT", `/user/${user.userId}/account_data/${type}`, content);
const bodies = (room: RoomJson | undefined): unknown[] => (room?.timeline.events ?? []).flatMap(({ content }) => content["body"] ?? []);

describe("H4: users who are ignored", () => {
  it("are not heard in rooms, but what they set is told, until they are ignored no longer", async () => {
    const roomId = await newRoom({ power_level_content_override: { state_default: 0 } });
    await join(bob, roomId);
    await setAccountData(alice, "m.ignored_user_list", { ignored_users: { [bob.userId]: {} } });
    const { next_batch: since } = await sync(alice);
    await say(bob, roomId, "ignored");
    await ok(bob, "PUT", `/rooms/${roomId}/state/m.room.topic`, { topic: "by bob" });
    await say(alice, roomId, "heard");
    const room = (await sync(alice, { since })).rooms?.join?.[roomId];
    expect(bodies(room)).toEqual(["heard"]);
    expect(room?.timeline.events.map(({ type }) => type)).toContain("m.room.topic");
    await setAccountData(alice, "m.ignored_user_list", { ignored_users: {} });
    expect(bodies((await sync(alice)).rooms?.join?.[roomId])).toContain("ignored");
  });

  it("cannot invite", async () => {
    await setAccountData(bob, "m.ignored_user_list", { ignored_users: { [alice.userId]: {} } });
    const roomId = await newRoom({ preset: "private_chat" });
    const { next_batch: since } = await sync(bob);
    await ok(alice, "POST", `/rooms/${roomId}/invite`, { user_id: bob.userId });
    expect((await sync(bob, { since })).rooms?.invite).toBeUndefined();
    await setAccountData(bob, "m.ignored_user_list", { ignored_users: {} });
    expect(Object.keys((await sync(bob)).rooms?.invite ?? {})).toEqual([roomId]);
    await leave(bob, roomId);
  });
});

describe("H28: a user who takes no invites", () => {
  it("gets none, whichever way they come, and those from before are not told meanwhile", async () => {
    const before = await newRoom({ preset: "private_chat", invite: [carol.userId] });
    await setAccountData(carol, "m.invite_permission_config", { default_action: "block" });
    const roomId = await newRoom({ preset: "private_chat" });
    const refused = [
      await as(alice, "POST", `/rooms/${roomId}/invite`, { user_id: carol.userId }),
      await as(alice, "PUT", `/rooms/${roomId}/state/m.room.member/${carol.userId}`, { membership: "invite" }),
      await as(alice, "POST", "/createRoom", { invite: [carol.userId] }),
    ];
    expect(refused.map(({ status, body }) => [status, body.errcode])).toEqual(refused.map(() => [403, "M_INVITE_BLOCKED"]));
    expect((await sync(carol)).rooms?.invite).toBeUndefined();
    await setAccountData(carol, "m.invite_permission_config", {});
    expect(Object.keys((await sync(carol)).rooms?.invite ?? {})).toEqual([before]);
    await leave(carol, before);
  });
});

describe("H7 and H14: whose device lists changed", () => {
  const changes = (user: TestUser, from: string, to: string): Promise<{ changed: string[]; left: string[] }> =>
    ok(user, "GET", `/keys/changes?from=${from}&to=${to}`);

  it("is the same by /keys/changes as by the syncs of that time: who came, who left", async () => {
    const roomId = await newRoom();
    const { next_batch: from } = await sync(alice);
    await join(bob, roomId);
    const came = await sync(alice, { since: from });
    expect(came.device_lists).toMatchObject({ changed: [bob.userId] });
    expect(await changes(alice, from, came.next_batch)).toEqual({ changed: [bob.userId], left: [] });
    await leave(bob, roomId);
    const went = await sync(alice, { since: came.next_batch });
    const expected = { changed: went.device_lists?.changed ?? [], left: went.device_lists?.left ?? [] };
    expect(await changes(alice, came.next_batch, went.next_batch)).toEqual(expected);
  });

  it("tells nothing of a changed display name", async () => {
    const roomId = await newRoom();
    await join(bob, roomId);
    const { next_batch: since } = await sync(alice);
    await ok(bob, "PUT", `/profile/${bob.userId}/displayname`, { displayname: `Bob ${txn++}` });
    await expect.poll(async () => (await sync(alice, { since })).rooms?.join?.[roomId]?.timeline.events.length).toBe(1);
    expect((await sync(alice, { since })).device_lists).toBeUndefined();
  });
});

describe("H8: an m.room.canonical_alias", () => {
  it("names aliases that are, and that lead to the room", async () => {
    const name = `main${txn++}`;
    const roomId = await newRoom({ room_alias_name: name });
    const other = await newRoom({ room_alias_name: `other${txn}` });
    const set = (content: unknown): Promise<TestResponse<ErrorJson>> =>
      as(alice, "PUT", `/rooms/${roomId}/state/m.room.canonical_alias`, content);
    const alias = `#${name}:localhost`;
    const wrong: [unknown, string][] = [
      [{ alias: "#nowhere:localhost" }, "M_BAD_ALIAS"],
      [{ alias: `#other${txn}:localhost` }, "M_BAD_ALIAS"],
      [{ alias, alt_aliases: ["garbage"] }, "M_INVALID_PARAM"],
      [{ alias, alt_aliases: ["#nowhere:localhost"] }, "M_BAD_ALIAS"],
      [{ alias: 5 }, "M_INVALID_PARAM"],
    ];
    for (const [content, errcode] of wrong) expect([content, (await set(content)).body.errcode]).toEqual([content, errcode]);
    expect((await set({ alias, alt_aliases: [alias] })).status).toBe(200);
    await ok(alice, "DELETE", `/directory/room/${encodeURIComponent(alias)}`);
    expect((await set({ alt_aliases: [alias] })).body.errcode).toBe("M_BAD_ALIAS");
    expect(other).not.toBe(roomId);
  });
});

describe("what Complement showed", () => {
  it("a token from before a room was made lists who made it", async () => {
    const roomId = await newRoom();
    const { prev_batch: at } = (await sync(alice)).rooms?.join?.[roomId]?.timeline ?? {};
    await join(bob, roomId);
    const { chunk } = await ok<Page>(alice, "GET", `/rooms/${roomId}/members?at=${at}`);
    expect(chunk.map((event) => event.state_key)).toEqual([alice.userId]);
  });

  it("a join carries what the client sends besides, and nothing that decides", async () => {
    const roomId = await newRoom();
    const body = {
      foo: "bar",
      reason: "why not",
      membership: "ban",
      displayname: "Mallory",
      join_authorised_via_users_server: alice.userId,
    };
    await ok(bob, "POST", `/join/${roomId}`, body);
    const member = await ok<Record<string, unknown>>(alice, "GET", `/rooms/${roomId}/state/m.room.member/${bob.userId}`);
    expect(member).toMatchObject({ membership: "join", foo: "bar", reason: "why not" });
    expect(member).not.toHaveProperty("join_authorised_via_users_server");
    expect(member["displayname"]).not.toBe("Mallory");
  });

  it("an alias that is deleted goes from the room's canonical aliases", async () => {
    const names = [`gone${txn++}`, `kept${txn++}`];
    const roomId = await newRoom({ room_alias_name: names[0] });
    const [gone, kept] = names.map((name) => `#${name}:localhost`);
    await ok(alice, "PUT", `/directory/room/${encodeURIComponent(kept ?? "")}`, { room_id: roomId });
    await ok(alice, "PUT", `/rooms/${roomId}/state/m.room.canonical_alias`, { alias: gone, alt_aliases: [gone, kept] });
    await ok(alice, "DELETE", `/directory/room/${encodeURIComponent(gone ?? "")}`);
    expect(await ok(alice, "GET", `/rooms/${roomId}/state/m.room.canonical_alias`)).toEqual({ alt_aliases: [kept] });
    await ok(alice, "DELETE", `/directory/room/${encodeURIComponent(kept ?? "")}`);
    expect(await ok(alice, "GET", `/rooms/${roomId}/state/m.room.canonical_alias`)).toEqual({});
  });
});

describe("H10: a filter", () => {
  it("chooses fields of events and their form", async () => {
    const roomId = await newRoom();
    await say(alice, roomId, "first");
    const filtered = async (filter: unknown): Promise<RoomJson | undefined> =>
      (await sync(alice, { filter: JSON.stringify(filter) })).rooms?.join?.[roomId];
    const picked = await filtered({ event_fields: ["type", "content.body"] });
    expect(picked?.timeline.events.at(-1)).toEqual({ type: "m.room.message", content: { body: "first" } });
    const federated = (await filtered({ event_format: "federation" }))?.timeline.events.at(-1);
    expect(federated).toMatchObject({ prev_events: [expect.any(String)], depth: expect.any(Number), content: { body: "first" } });
    expect((await filtered({}))?.timeline.events.at(-1)?.prev_events).toBeUndefined();
  });
});

describe("H12: pages", () => {
  it("forwards have an end wherever they have events, so that reading goes on when more is said", async () => {
    const roomId = await newRoom();
    const { next_batch: from } = await sync(alice);
    await say(alice, roomId, "1");
    const first = await ok<Page>(alice, "GET", `/rooms/${roomId}/messages?dir=f&from=${from}`);
    expect(first.end).toBeDefined();
    await say(alice, roomId, "2");
    const second = await ok<Page>(alice, "GET", `/rooms/${roomId}/messages?dir=f&from=${first.end}`);
    expect(second.chunk.map(({ content }) => content["body"])).toEqual(["2"]);
    const whole = await ok<Page>(alice, "GET", `/rooms/${roomId}/messages?dir=b&limit=100`);
    const beyond = await ok<Page>(alice, "GET", `/rooms/${roomId}/messages?dir=b&from=${whole.end}`);
    expect([beyond.chunk, beyond.end]).toEqual([[], undefined]);
  });
});

describe("H13: an event", () => {
  it("of a room that the user may not read looks as one that is not", async () => {
    const roomId = await newRoom({ preset: "private_chat" });
    const { event_id: eventId } = await say(alice, roomId);
    const answers = [
      await as(bob, "GET", `/rooms/${roomId}/event/${eventId}`),
      await as(bob, "GET", `/rooms/${roomId}/event/$nothing`),
      await as(bob, "GET", `/rooms/!nowhere:localhost/event/${eventId}`),
    ];
    expect(answers.map(({ status, body }) => [status, body.errcode])).toEqual(answers.map(() => [404, "M_NOT_FOUND"]));
  });
});

describe("H16 and H25: the same again", () => {
  it("is the event that is there: no new one, and nobody is woken", async () => {
    const roomId = await newRoom();
    const set = (topic: string): Promise<{ event_id: string }> => ok(alice, "PUT", `/rooms/${roomId}/state/m.room.topic`, { topic });
    const first = await set("one");
    const { next_batch: since } = await sync(alice);
    expect(await set("one")).toEqual(first);
    expect((await sync(alice, { since })).rooms).toBeUndefined();
    const both = await Promise.all([set("two"), set("two")]);
    expect(both[0]).toEqual(both[1]);
    expect(await set("one")).not.toEqual(first);
  });

  it("tells rooms nothing of a display name that was set already, and passes over a room that refuses", async () => {
    const open = await newRoom();
    const closed = await newRoom({ power_level_content_override: { events: { "m.room.member": 100 } } });
    for (const roomId of [closed, open]) await join(bob, roomId).catch(() => {});
    const name = `Bob ${txn++}`;
    const { next_batch: since } = await sync(bob);
    for (let i = 0; i < 3; i++) await ok(bob, "PUT", `/profile/${bob.userId}/displayname`, { displayname: name });
    const renames = async (): Promise<number> =>
      (await sync(bob, { since })).rooms?.join?.[open]?.timeline.events.filter(({ content }) => content["displayname"] === name).length ??
      0;
    await expect.poll(renames).toBe(1);
  });
});

describe("H18: a new member", () => {
  it("is shown what follows a hidden message, state included", async () => {
    const roomId = await newRoom({ initial_state: [{ type: "m.room.history_visibility", content: { history_visibility: "joined" } }] });
    await say(alice, roomId, "hidden");
    await join(bob, roomId);
    const { next_batch: since } = await sync(bob);
    await leave(bob, roomId);
    await say(alice, roomId, "hidden too");
    await join(bob, roomId);
    await say(alice, roomId, "seen");
    const room = (await sync(bob, { since })).rooms?.join?.[roomId];
    expect(bodies(room)).toEqual(["seen"]);
    expect(room?.timeline.events.map(({ content }) => content["membership"]).filter(Boolean)).toEqual(["leave", "join"]);
    // It was joined anew, so what the client knows is not continued.
    expect(room?.timeline.limited).toBe(true);
  });
});

describe("H19 and H29: a membership that is set as state", () => {
  it("joins where the rules allow it", async () => {
    const roomId = await newRoom();
    await ok(bob, "PUT", `/rooms/${roomId}/state/m.room.member/${bob.userId}`, { membership: "join" });
    const closed = await newRoom({ preset: "private_chat" });
    const refused = await as(bob, "PUT", `/rooms/${closed}/state/m.room.member/${bob.userId}`, { membership: "join" });
    expect([refused.status, refused.body.errcode]).toEqual([403, "M_FORBIDDEN"]);
  });

  it("drops a claim of who let the user in, and takes no second m.room.create", async () => {
    const roomId = await newRoom();
    const content = { membership: "join", join_authorised_via_users_server: alice.userId };
    await ok(bob, "PUT", `/rooms/${roomId}/state/m.room.member/${bob.userId}`, content);
    const member = await ok<Record<string, unknown>>(bob, "GET", `/rooms/${roomId}/state/m.room.member/${bob.userId}`);
    expect(member).toEqual({ membership: "join" });
    const create = await as(alice, "PUT", `/rooms/${roomId}/state/m.room.create`, {});
    expect([create.status, create.body.errcode]).toEqual([400, "M_BAD_JSON"]);
  });
});

describe("H21 and H22", () => {
  it("a public chat says nothing that absence says", async () => {
    const roomId = await newRoom({ preset: "public_chat" });
    expect((await as(alice, "GET", `/rooms/${roomId}/state/m.room.guest_access`)).status).toBe(404);
  });

  it("events say which membership the reader had then, in sync, in pages and one by one", async () => {
    const roomId = await newRoom();
    const { event_id: early } = await say(alice, roomId, "before");
    await join(bob, roomId);
    const { event_id: late } = await say(alice, roomId, "after");
    const expected = { before: "leave", after: "join" };
    const shown = (events: readonly EventJson[]): unknown =>
      Object.fromEntries(
        events.flatMap(({ content, unsigned }) =>
          typeof content["body"] === "string" ? [[content["body"], unsigned?.["membership"]]] : [],
        ),
      );
    expect(shown((await sync(bob)).rooms?.join?.[roomId]?.timeline.events ?? [])).toEqual(expected);
    expect(shown((await ok<Page>(bob, "GET", `/rooms/${roomId}/messages?dir=b`)).chunk)).toEqual(expected);
    const single = await Promise.all([early, late].map((id) => ok<EventJson>(bob, "GET", `/rooms/${roomId}/event/${id}`)));
    expect(shown(single)).toEqual(expected);
  });

  it("who leaves types no longer", async () => {
    const roomId = await newRoom();
    await join(bob, roomId);
    await ok(bob, "PUT", `/rooms/${roomId}/typing/${bob.userId}`, { typing: true, timeout: 60_000 });
    const { next_batch: since } = await sync(alice);
    await leave(bob, roomId);
    const [typing] = (await sync(alice, { since })).rooms?.join?.[roomId]?.ephemeral?.events ?? [];
    expect(typing).toEqual({ type: "m.typing", content: { user_ids: [] } });
  });
});

describe("H27: a room that is forgotten", () => {
  it("must be left first, and another device learns of the leave once", async () => {
    const roomId = await newRoom();
    await join(bob, roomId);
    const early = await as(bob, "POST", `/rooms/${roomId}/forget`, {});
    expect([early.status, early.body.errcode]).toEqual([400, "M_UNKNOWN"]);
    const { next_batch: since } = await sync(bob);
    await leave(bob, roomId);
    await ok(bob, "POST", `/rooms/${roomId}/forget`, {});
    const after = await sync(bob, { since });
    expect(Object.keys(after.rooms?.leave ?? {})).toEqual([roomId]);
    expect((await sync(bob, { since: after.next_batch })).rooms).toBeUndefined();
    const filter = JSON.stringify({ room: { include_leave: true } });
    expect((await sync(bob, { filter })).rooms?.leave?.[roomId]).toBeUndefined();
  });
});

describe("S9: a redaction", () => {
  it.each(["m.room.create", "m.room.server_acl", "m.room.encryption"])("does not empty an %s", async (type) => {
    const content = type === "m.room.encryption" ? { algorithm: "m.megolm.v1.aes-sha2" } : { allow: ["*"] };
    const more = type === "m.room.create" ? {} : { initial_state: [{ type, content }] };
    const roomId = await newRoom({ room_version: "10", ...more });
    const event = await ok<EventJson>(alice, "GET", `/rooms/${roomId}/state/${type}?format=event`);
    const refused = await as(alice, "PUT", `/rooms/${roomId}/redact/${event.event_id}/${txn++}`, {});
    expect([refused.status, refused.body.errcode]).toEqual([403, "M_FORBIDDEN"]);
    expect((await ok<EventJson>(alice, "GET", `/rooms/${roomId}/state/${type}?format=event`)).content).toEqual(event.content);
  });
});

describe("H1: a guest", () => {
  async function guest(): Promise<TestUser> {
    const { body } = await server.request<{ user_id: TestUser["userId"]; access_token: string; device_id: string }>(
      "POST",
      `${client}/register?kind=guest`,
      {},
    );
    return { userId: body.user_id, accessToken: body.access_token, deviceId: body.device_id };
  }

  it("joins only where guests may, and has to leave when that ends, by a redaction too", async () => {
    const visitor = await guest();
    const roomId = await newRoom();
    for (const refused of [
      await as(visitor, "POST", `/rooms/${roomId}/join`, {}),
      await as(visitor, "PUT", `/rooms/${roomId}/state/m.room.member/${encodeURIComponent(visitor.userId)}`, { membership: "join" }),
    ])
      expect([refused.status, refused.body.errcode]).toEqual([403, "M_GUEST_ACCESS_FORBIDDEN"]);
    const membership = async (): Promise<unknown> =>
      (await ok<{ membership: string }>(alice, "GET", `/rooms/${roomId}/state/m.room.member/${encodeURIComponent(visitor.userId)}`))
        .membership;
    const setAccess = (guest_access: string): Promise<{ event_id: string }> =>
      ok(alice, "PUT", `/rooms/${roomId}/state/m.room.guest_access`, { guest_access });
    await setAccess("can_join");
    await join(visitor, roomId);
    await join(bob, roomId);
    await setAccess("forbidden");
    await expect.poll(membership).toBe("leave");
    const { event_id: eventId } = await setAccess("can_join");
    await join(visitor, roomId);
    await ok(alice, "PUT", `/rooms/${roomId}/redact/${eventId}/${txn++}`, {});
    await expect.poll(membership).toBe("leave");
    expect((await ok<{ joined: Record<string, unknown> }>(alice, "GET", `/rooms/${roomId}/joined_members`)).joined).toHaveProperty([
      bob.userId,
    ]);
  });
});
