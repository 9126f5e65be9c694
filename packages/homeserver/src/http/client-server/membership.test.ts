import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../testing/index.ts";

let server: TestHomeserver;
let [alice, bob, carol]: TestUser[] = [];
let room = "";
beforeAll(async () => {
  server = await testHomeserver();
  [alice, bob, carol] = [await server.register("alice"), await server.register("bob"), await server.register("carol")];
  room = await server.createRoom(alice, { invite: [carol.userId] });
  await server.requestAs(alice, "PUT", `/profile/${alice.userId}/displayname`, { displayname: "Al" });
});
afterAll(() => server[Symbol.asyncDispose]());

const members = async (query = "", user = alice!): Promise<unknown> => {
  const path = `/rooms/${room}/members${query}`;
  const { status, body } = await server.requestAs<{ chunk: { type: string; state_key: string }[] }>(user, "GET", path);
  return status === 200 ? body.chunk.map((event) => `${event.type} ${event.state_key.slice(1, 6)}`).toSorted() : status;
};
const [a, b, c] = ["m.room.member alice", "m.room.member bob:l", "m.room.member carol"];

describe("the members of a room", () => {
  it("are the member events of its state, chosen by membership, now or at a token that the user may see", async () => {
    const { next_batch: before } = (await server.requestAs(alice!, "GET", "/sync")).body;
    expect(await server.requestAs(bob!, "POST", `/join/${room}`, {})).toMatchObject({ status: 200, body: { room_id: room } });
    expect([await members(), await members("?membership=invite"), await members("?not_membership=invite")]).toEqual([
      [a, b, c],
      [c],
      [a, b],
    ]);
    expect([await members(`?at=${before}`), await members(`?membership=join&at=${before}`)]).toEqual([[a, c], [a]]);
    expect([await members("?at=x"), await members("", carol)]).toEqual([400, 403]);
  });

  it("at a token before one's own history are not told", async () => {
    const { room_id: later } = (await server.requestAs(alice!, "POST", "/createRoom", { preset: "private_chat" })).body;
    const visibility = `/rooms/${later}/state/m.room.history_visibility`;
    await server.requestAs(alice!, "PUT", visibility, { history_visibility: "joined" });
    await server.requestAs(alice!, "PUT", `/rooms/${later}/send/m.room.message/1`, { body: "x", msgtype: "m.text" });
    const { next_batch: early } = (await server.requestAs(alice!, "GET", "/sync")).body;
    await server.requestAs(alice!, "PUT", `/rooms/${later}/send/m.room.message/2`, { body: "x", msgtype: "m.text" });
    await server.requestAs(alice!, "POST", `/rooms/${later}/invite`, { user_id: bob!.userId });
    await server.requestAs(bob!, "POST", `/join/${later}`, {});
    const at = async (user: TestUser): Promise<number> =>
      (await server.requestAs(user, "GET", `/rooms/${later}/members?at=${early}`)).status;
    expect([await at(alice!), await at(bob!)]).toEqual([200, 403]);
  });

  it("that have joined are told with their names, without invited and banned ones", async () => {
    await server.requestAs(alice!, "POST", `/rooms/${room}/ban`, { user_id: "@troll:localhost" });
    const joined = async (): Promise<Record<string, unknown>> =>
      (await server.requestAs<{ joined: Record<string, unknown> }>(alice!, "GET", `/rooms/${room}/joined_members`)).body.joined;
    await expect.poll(async () => (await joined())[alice!.userId]).toEqual({ display_name: "Al", avatar_url: null });
    expect(Object.keys(await joined()).toSorted()).toEqual([alice!.userId, bob!.userId]);
    await server.requestAs(alice!, "POST", `/rooms/${room}/unban`, { user_id: "@troll:localhost" });
  });

  it("are invited, removed and banned by user IDs alone", async () => {
    for (const action of ["invite", "kick", "ban", "unban"])
      expect(await server.requestAs(alice!, "POST", `/rooms/${room}/${action}`, { user_id: "nobody" })).toMatchObject({ status: 400 });
  });
});

it("a room is joined and knocked on by its ID or alias, and an unknown alias is not found", async () => {
  const aliased = await server.createRoom(alice!, { room_alias_name: "cake" });
  const path = encodeURIComponent("#cake:localhost");
  expect((await server.requestAs(bob!, "POST", `/join/${path}`, {})).body).toEqual({ room_id: aliased });
  for (const action of ["join", "knock"])
    expect(await server.requestAs(bob!, "POST", `/${action}/${encodeURIComponent("#no:localhost")}`, {})).toMatchObject({
      status: 404,
      body: { errcode: "M_NOT_FOUND" },
    });
});
