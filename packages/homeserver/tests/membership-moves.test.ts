// Every way into a room and out of it, as two users see it over HTTP.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let number = 0;
beforeAll(async () => {
  server = await testHomeserver();
  alice = await server.register("alice");
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => (bob = await server.register(`bob${++number}`)));

const rule = (join_rule: string, allowed?: string): object => ({
  type: "m.room.join_rules",
  state_key: "",
  content: { join_rule, ...(allowed !== undefined && { allow: [{ type: "m.room_membership", room_id: allowed }] }) },
});
const roomWith = (joinRules: object, version = "12"): Promise<string> =>
  server.createRoom(alice, { preset: "private_chat", room_version: version, initial_state: [joinRules] });

/** Moves somebody, and tells how it went. */
async function move(user: TestUser, path: string, body: object = {}): Promise<string> {
  const answer = await server.requestAs(user, "POST", path, body);
  return answer.status === 200 ? "200" : `${answer.status} ${answer.body["errcode"]}`;
}
const member = async (roomId: string): Promise<AnyBody> =>
  (await server.requestAs(alice, "GET", `/rooms/${roomId}/state/m.room.member/${bob.userId}`)).body;
const sections = async (user: TestUser): Promise<Record<string, string[]>> => {
  const filter = encodeURIComponent(JSON.stringify({ room: { include_leave: true } }));
  const { body } = await server.requestAs(user, "GET", `/sync?filter=${filter}`);
  const rooms = Object.entries(body["rooms"] ?? {}).map(([name, members]) => [name, Object.keys(members)] as const);
  return Object.fromEntries(rooms.filter(([, ids]) => ids.length > 0));
};
const forbidden = "403 M_FORBIDDEN";

describe("whoever knocks", () => {
  it("is shown the room, waits, and is let in by an invite", async () => {
    const roomId = await roomWith(rule("knock"));
    expect(await move(bob, `/join/${roomId}`)).toBe(forbidden);
    expect(await move(bob, `/knock/${roomId}`, { reason: "please" })).toBe("200");
    expect(await member(roomId)).toMatchObject({ membership: "knock", reason: "please" });
    expect(await sections(bob)).toEqual({ knock: [roomId] });
    expect(await move(bob, `/join/${roomId}`)).toBe(forbidden);
    expect(await move(bob, `/knock/${roomId}`, { reason: "please" })).toBe("200");
    expect(await move(alice, `/rooms/${roomId}/invite`, { user_id: bob.userId, reason: "welcome" })).toBe("200");
    expect(await member(roomId)).toMatchObject({ membership: "invite", reason: "welcome" });
    expect(await move(bob, `/knock/${roomId}`)).toBe(forbidden);
    expect(await move(bob, `/join/${roomId}`, { reason: "here I am" })).toBe("200");
    expect(await member(roomId)).toMatchObject({ membership: "join", reason: "here I am" });
    expect(await move(bob, `/knock/${roomId}`)).toBe(forbidden);
  });

  it("is refused by a kick, may knock again, and takes it back", async () => {
    const roomId = await roomWith(rule("knock"));
    await move(bob, `/knock/${roomId}`);
    expect(await move(alice, `/rooms/${roomId}/kick`, { user_id: bob.userId, reason: "not now" })).toBe("200");
    expect(await member(roomId)).toMatchObject({ membership: "leave", reason: "not now" });
    expect(await sections(bob)).toEqual({ leave: [roomId] });
    expect(await move(bob, `/knock/${roomId}`)).toBe("200");
    expect(await move(bob, `/rooms/${roomId}/leave`, { reason: "never mind" })).toBe("200");
    expect(await member(roomId)).toMatchObject({ membership: "leave", reason: "never mind" });
    await move(alice, `/rooms/${roomId}/ban`, { user_id: bob.userId });
    expect(await move(bob, `/knock/${roomId}`)).toBe(forbidden);
  });

  it.each([
    ["invite", "12"],
    ["public", "12"],
    ["restricted", "12"],
    ["knock", "6"],
    ["knock_restricted", "9"],
  ])("is refused where the join rule is %s in version %s", async (joinRule, version) => {
    expect(await move(bob, `/knock/${await roomWith(rule(joinRule), version)}`)).toBe(forbidden);
  });

  it("is told that there is no such room", async () => {
    expect([await move(bob, "/knock/!none:localhost"), await move(bob, "/knock/%23none:localhost")]).toEqual([
      "404 M_NOT_FOUND",
      "404 M_NOT_FOUND",
    ]);
  });
});

describe.each([
  ["restricted", "8"],
  ["restricted", "12"],
  ["knock_restricted", "10"],
  ["knock_restricted", "12"],
])("a room whose members of others may join, by the rule %s in version %s", (joinRule, version) => {
  it("lets in who is in one of those, as long as they are, and tells who let them in", async () => {
    const club = await server.createRoom(alice);
    const roomId = await roomWith(rule(joinRule, club), version);
    expect(await move(bob, `/join/${roomId}`)).toBe(forbidden);
    await move(bob, `/join/${club}`);
    expect(await move(bob, `/join/${roomId}`, { reason: "from the club", join_authorised_via_users_server: "@evil:x" })).toBe("200");
    expect(await member(roomId)).toMatchObject({
      membership: "join",
      reason: "from the club",
      join_authorised_via_users_server: alice.userId,
    });
    await move(bob, `/rooms/${roomId}/leave`);
    await move(bob, `/rooms/${club}/leave`);
    expect(await move(bob, `/join/${roomId}`)).toBe(forbidden);
    expect(await move(bob, `/knock/${roomId}`)).toBe(joinRule === "restricted" ? forbidden : "200");
  });

  it("lets in who is invited, and keeps out who is banned", async () => {
    const club = await server.createRoom(alice);
    const roomId = await roomWith(rule(joinRule, club), version);
    await move(alice, `/rooms/${roomId}/invite`, { user_id: bob.userId });
    expect(await move(bob, `/join/${roomId}`)).toBe("200");
    expect(await member(roomId)).not.toHaveProperty("join_authorised_via_users_server");
    await move(bob, `/join/${club}`);
    await move(alice, `/rooms/${roomId}/ban`, { user_id: bob.userId });
    expect(await move(bob, `/join/${roomId}`)).toBe(forbidden);
  });
});

describe("a reason", () => {
  it("is told with every move, and with none that gives none", async () => {
    const roomId = await server.createRoom(alice, { preset: "private_chat" });
    const target = { user_id: bob.userId };
    const moves: readonly (readonly [user: TestUser, path: string, body: object, membership: string])[] = [
      [alice, "invite", target, "invite"],
      [bob, "leave", {}, "leave"],
      [alice, "invite", target, "invite"],
      [bob, "join", {}, "join"],
      [alice, "kick", target, "leave"],
      [alice, "ban", target, "ban"],
      [alice, "unban", target, "leave"],
    ];
    for (const [i, [user, path, body, membership]] of moves.entries()) {
      const reason = `because ${i}`;
      expect([path, await move(user, `/rooms/${roomId}/${path}`, { ...body, reason })]).toEqual([path, "200"]);
      expect(await member(roomId)).toMatchObject({ membership, reason });
    }
    await move(alice, `/rooms/${roomId}/invite`, { ...target, reason: null });
    expect(await member(roomId)).toEqual({ membership: "invite" });
  });
});

describe("a room that was left", () => {
  it("can be forgotten, is then out of sight, and comes back with an invite", async () => {
    const roomId = await server.createRoom(alice, { preset: "private_chat", invite: [bob.userId] });
    expect(await move(bob, `/rooms/${roomId}/forget`)).toBe("400 M_UNKNOWN");
    await move(bob, `/join/${roomId}`);
    expect(await move(bob, `/rooms/${roomId}/forget`)).toBe("400 M_UNKNOWN");
    await move(bob, `/rooms/${roomId}/leave`);
    expect((await server.requestAs(bob, "GET", `/rooms/${roomId}/state`)).status).toBe(200);
    expect([await move(bob, `/rooms/${roomId}/forget`), await move(bob, `/rooms/${roomId}/forget`)]).toEqual(["200", "200"]);
    expect([await sections(bob), (await server.requestAs(bob, "GET", `/rooms/${roomId}/state`)).status]).toEqual([{}, 403]);
    await move(alice, `/rooms/${roomId}/invite`, { user_id: bob.userId });
    expect(await sections(bob)).toEqual({ invite: [roomId] });
    await move(bob, `/join/${roomId}`);
    expect(await sections(bob)).toEqual({ join: [roomId] });
  });

  it("can be forgotten by who was kicked or banned from it, or rejected its invite", async () => {
    for (const end of ["kick", "ban", "leave"]) {
      const roomId = await server.createRoom(alice, { preset: "private_chat", invite: [bob.userId] });
      if (end === "leave") await move(bob, `/rooms/${roomId}/leave`);
      else await move(alice, `/rooms/${roomId}/${end}`, { user_id: bob.userId });
      expect([end, await move(bob, `/rooms/${roomId}/forget`), await sections(bob)]).toEqual([end, "200", {}]);
    }
  });
});

it("joins once, whatever is asked again, and by an alias", async () => {
  const roomId = await server.createRoom(alice, { room_alias_name: "open" });
  for (const path of ["/join/%23open:localhost", `/join/${roomId}`, `/rooms/${roomId}/join`])
    expect((await server.requestAs(bob, "POST", path, {})).body).toEqual({ room_id: roomId });
  const { body } = await server.requestAs(alice, "GET", `/rooms/${roomId}/messages?dir=b&limit=100`);
  const joins = (body["chunk"] as unknown as { state_key?: string }[]).filter(({ state_key: key }) => key === bob.userId);
  expect(joins).toHaveLength(1);
  expect([await move(bob, "/join/%23none:localhost"), await move(bob, "/join/!none:localhost")]).toEqual([
    "404 M_NOT_FOUND",
    "404 M_NOT_FOUND",
  ]);
});

describe("whoever was put out", () => {
  it("is told of that by a client that begins anew, and not of the rooms that they left by themselves or forgot", async () => {
    const rooms: Record<string, string> = {};
    for (const name of ["kicked", "banned", "left", "forgotten", "uninvited", "rejected"]) {
      const roomId = (rooms[name] = await server.createRoom(alice));
      if (name === "uninvited" || name === "rejected") await move(alice, `/rooms/${roomId}/invite`, { user_id: bob.userId });
      else await move(bob, `/join/${roomId}`);
    }
    const by = (name: string, way: string) => move(alice, `/rooms/${rooms[name]}/${way}`, { user_id: bob.userId, reason: name });
    for (const name of ["left", "rejected"]) await move(bob, `/rooms/${rooms[name]}/leave`);
    for (const name of ["kicked", "forgotten", "uninvited"]) await by(name, "kick");
    await by("banned", "ban");
    await move(bob, `/rooms/${rooms["forgotten"]}/forget`);
    interface Left {
      rooms: { leave: Record<string, { timeline: { events: { state_key?: string; content: object }[] } }> };
    }
    const { leave } = (await server.requestAs<Left>(bob, "GET", "/sync")).body.rooms;
    const told = Object.entries(leave).map(([id, { timeline }]) => [id, timeline.events.at(-1)?.content]);
    const out = (name: string, membership: string): unknown => [rooms[name], expect.objectContaining({ membership, reason: name })];
    expect(told).toEqual([out("kicked", "leave"), out("banned", "ban"), out("uninvited", "leave")]);
  });
});
