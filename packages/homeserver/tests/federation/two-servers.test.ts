import { afterAll, describe, expect, it } from "vitest";
import { getRoomVersionRules } from "@patrix/room-versions";
import { type TestHomeserver, TestPeer, type TestUser } from "../../src/testing/index.ts";
import type { NetworkRequest } from "../../src/testing/network-request.ts";
import { say, timelineOf, twoServers, until } from "./federated.ts";

const servers = await twoServers();
const { network, a, b, alice, bob } = servers;
afterAll(() => servers[Symbol.asyncDispose]());

describe.each(["10", "11", "12"])("a room of version %s on two servers", (version) => {
  it("is joined by the server that made it, and messages go both ways", async () => {
    const room = await a.createRoom(alice, { room_version: version });
    expect(await say(a, alice, room, "before")).toMatchObject({ status: 200 });
    expect(await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {})).toMatchObject({
      status: 200,
      body: { room_id: room },
    });
    expect(await say(b, bob, room, "from-b")).toMatchObject({ status: 200 });
    await until(async () => (await timelineOf(a, alice, room)).includes("from-b"));
    expect(await say(a, alice, room, "from-a")).toMatchObject({ status: 200 });
    await until(async () => (await timelineOf(b, bob, room)).includes("from-a"));
  });

  it("is joined by many users of a server at once, and all are in", async () => {
    const room = await a.createRoom(alice, { room_version: version });
    const users = await Promise.all(Array.from({ length: 6 }, (_, i) => b.register(`joiner${i}-${version}`)));
    const joins = await Promise.all(users.map((user) => b.requestAs(user, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {})));
    expect(joins.map(({ status }) => status)).toEqual(users.map(() => 200));
    const members = async (server: TestHomeserver, user: TestUser): Promise<string[]> =>
      Object.keys((await server.requestAs(user, "GET", `/rooms/${room}/joined_members`)).body["joined"] ?? {}).toSorted();
    const all = [alice, ...users].map(({ userId }) => userId).toSorted();
    const [first] = users;
    await until(async () => (await members(b, first ?? expect.unreachable())).length === all.length);
    expect([await members(a, alice), await members(b, first ?? expect.unreachable())]).toEqual([all, all]);
  });

  it("takes an invite over, which is accepted", async () => {
    const room = await a.createRoom(alice, { room_version: version, preset: "private_chat" });
    expect(await a.requestAs(alice, "POST", `/rooms/${room}/invite`, { user_id: bob.userId })).toMatchObject({ status: 200 });
    const { body } = await b.requestAs(bob, "GET", "/sync");
    expect(body["rooms"]?.["invite"]).toHaveProperty([room]);
    const shown = (body["rooms"]?.["invite"]?.[room]?.["invite_state"]?.["events"] ?? []) as unknown as Record<string, unknown>[];
    // Where the room's ID is that of its first event, clients can date the room by that.
    const create = shown.find(({ type }) => type === "m.room.create");
    expect(create?.["event_id"]).toBe(version === "12" ? room.replace("!", "$") : undefined);
    expect(typeof create?.["origin_server_ts"]).toBe(version === "12" ? "number" : "undefined");
    expect(await b.requestAs(bob, "POST", `/rooms/${room}/join`, {})).toMatchObject({ status: 200 });
    expect(await say(b, bob, room, "hello")).toMatchObject({ status: 200 });
    await until(async () => (await timelineOf(a, alice, room)).includes("hello"));
    expect(await b.requestAs(bob, "POST", `/rooms/${room}/leave`, {})).toMatchObject({ status: 200 });
    await until(async () => {
      const members = await a.requestAs(alice, "GET", `/rooms/${room}/joined_members`);
      return !Object.hasOwn(members.body["joined"] ?? {}, bob.userId);
    });
  });

  it("lets nobody in by rooms that it does not name, nor by the word of others", async () => {
    const joinRules = { type: "m.room.join_rules", content: { join_rule: "knock_restricted", allow: [] } };
    const room = await a.createRoom(alice, {
      room_version: version,
      preset: "private_chat",
      initial_state: [joinRules],
      invite: [bob.userId],
    });
    await until(async () => Object.hasOwn((await b.requestAs(bob, "GET", "/sync")).body["rooms"]?.["invite"] ?? {}, room));
    expect(await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}`, {})).toMatchObject({ status: 200 });
    for (const server of [a, b]) {
      const user = await server.register(`outside${version}`);
      const join = `/join/${encodeURIComponent(room)}?via=a.example&via=b.example`;
      expect(await server.requestAs(user, "POST", join, {})).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    }
    const name = `stranger${version}.example`;
    const stranger = new TestPeer(name, network);
    const template = `/_matrix/federation/v1/make_join/${encodeURIComponent(room)}/@eve:${name}?ver=${version}`;
    expect(await stranger.request(a, "GET", template)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
  });

  it("takes an invite back for who sent it, and not for others, of whom nobody outside can tell whether they may", async () => {
    const mallory = await a.register(`mallory${version}`);
    const invites = async (): Promise<string[]> => Object.keys((await b.requestAs(bob, "GET", "/sync")).body["rooms"]?.["invite"] ?? {});
    const rooms: string[] = [];
    for (const inviter of [mallory, alice]) {
      const room = await a.createRoom(alice, { room_version: version, preset: "private_chat", invite: [mallory.userId] });
      await a.requestAs(mallory, "POST", `/rooms/${room}/join`, {});
      expect((await a.requestAs(inviter, "POST", `/rooms/${room}/invite`, { user_id: bob.userId })).status).toBe(200);
      rooms.push(room);
    }
    expect(await invites()).toEqual(expect.arrayContaining(rooms));
    for (const room of rooms) expect((await a.requestAs(alice, "POST", `/rooms/${room}/kick`, { user_id: bob.userId })).status).toBe(200);
    // Both are told in order.
    await until(async () => !(await invites()).includes(rooms[1] ?? ""));
    expect(await invites()).toContain(rooms[0]);
  });

  it("refuses a knock, which ends no later one, however late it is told", async () => {
    const rule = { type: "m.room.join_rules", content: { join_rule: "knock" } };
    const room = await a.createRoom(alice, { room_version: version, preset: "private_chat", initial_state: [rule] });
    const knocks = async (): Promise<string[]> => Object.keys((await b.requestAs(bob, "GET", "/sync")).body["rooms"]?.["knock"] ?? {});
    const knock = (): Promise<{ status: number }> => b.requestAs(bob, "POST", `/knock/${encodeURIComponent(room)}?via=a.example`, {});
    expect((await knock()).status).toBe(200);
    expect(await knocks()).toContain(room);
    network.fault = ({ to, target }) => (to === "b.example" && target.includes("/send/") ? "lost" : undefined);
    expect((await a.requestAs(alice, "POST", `/rooms/${room}/kick`, { user_id: bob.userId })).status).toBe(200);
    expect((await knock()).status).toBe(200);
    const before = network.requests.length;
    network.fault = undefined;
    // The refusal of the first one comes now.
    const isRefusal = ({ target, body }: NetworkRequest): boolean => target.includes("/send/") && body?.includes(room) === true;
    await until(async () => network.requests.slice(before).some(isRefusal));
    await until(async () => !(await knocks()).includes(room), 500).catch(() => {});
    expect(await knocks()).toContain(room);
    expect((await a.requestAs(alice, "POST", `/rooms/${room}/kick`, { user_id: bob.userId })).status).toBe(200);
    await until(async () => !(await knocks()).includes(room));
  });

  it("tells the room that a knock is taken back, whether or not its ID names a server", async () => {
    const rule = { type: "m.room.join_rules", content: { join_rule: "knock" } };
    const room = await a.createRoom(alice, { room_version: version, preset: "private_chat", initial_state: [rule] });
    expect((await b.requestAs(bob, "POST", `/knock/${encodeURIComponent(room)}?via=a.example`, {})).status).toBe(200);
    expect((await b.requestAs(bob, "POST", `/rooms/${encodeURIComponent(room)}/leave`, {})).status).toBe(200);
    const member = await a.requestAs(alice, "GET", `/rooms/${encodeURIComponent(room)}/state/m.room.member/${bob.userId}`);
    expect(member.body).toMatchObject({ membership: "leave" });
  });

  it("takes an invite over, which is rejected", async () => {
    const room = await a.createRoom(alice, { room_version: version, preset: "private_chat", invite: [bob.userId] });
    await until(async () => Object.hasOwn((await b.requestAs(bob, "GET", "/sync")).body["rooms"]?.["invite"] ?? {}, room));
    expect(await b.requestAs(bob, "POST", `/rooms/${room}/leave`, {})).toMatchObject({ status: 200 });
    await until(async () => {
      const member = await a.requestAs(alice, "GET", `/rooms/${room}/state/m.room.member/${bob.userId}`);
      return member.body["membership"] === ("leave" as unknown);
    });
    expect((await b.requestAs(bob, "GET", "/sync")).body["rooms"]?.["invite"] ?? {}).not.toHaveProperty([room]);
  });
});

it("a server that gets the members afterwards joins with those alone that name the room, and authorise the join", async () => {
  const rules = getRoomVersionRules("11") ?? expect.unreachable();
  const peer = new TestPeer("partial.example", network);
  const keys = (events: readonly Record<string, unknown>[]): string[] =>
    events.map(({ type, state_key: key }) => `${String(type).replace("m.room.", "")} ${String(key)}`).toSorted();
  for (const name of [undefined, "Named"]) {
    const room = await a.createRoom(alice, {
      room_version: "11",
      preset: "private_chat",
      name,
      power_level_content_override: { invite: 0 },
    });
    const eve = `@eve:${peer.name}`;
    const rulesOfRoom = { join_rule: "public" };
    for (let i = 0; i < 3; i++)
      await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.power_levels/`, { users: { [alice.userId]: 100 + i } });
    await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.join_rules/`, rulesOfRoom);
    await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {});
    const { handed } = await peer.join(a, room, eve, rules, "11", { omitMembers: true });
    expect([handed.members_omitted, handed.servers_in_room?.toSorted()]).toEqual([true, ["a.example", "b.example"]]);
    const members = name === undefined ? [alice.userId, bob.userId] : [];
    const base = ["create ", "guest_access ", "history_visibility ", "join_rules ", "power_levels "];
    expect(keys(handed.state)).toEqual(
      [...base, ...members.map((id) => `member ${id}`), ...(name === undefined ? [] : ["name "])].toSorted(),
    );
    // What authorises these, and is not among them: earlier power levels, and members who sent what is there.
    const chain = keys(handed.auth_chain);
    expect(new Set(chain)).toEqual(new Set(["power_levels ", ...(name === undefined ? [] : [`member ${alice.userId}`])]));
    // Who has joined so can ask for the rest.
    const at = handed.state.length;
    const { state } = (await peer.join(a, room, `@mallory:${peer.name}`, rules, "11")).handed;
    expect(state.length).toBeGreaterThan(at);
  }
});
