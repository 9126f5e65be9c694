// Looking at rooms and spaces from outside, over HTTP.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
beforeAll(async () => {
  server = await testHomeserver();
  [alice, bob] = [await server.register("alice"), await server.register("bob")];
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, user?: TestUser): Promise<TestResponse<AnyBody>> =>
  server.request("GET", `/_matrix/client/${path}`, undefined, user?.accessToken);
const hierarchy = (roomId: string, query = "", user = bob): Promise<TestResponse<AnyBody>> =>
  get(`v1/rooms/${encodeURIComponent(roomId)}/hierarchy${query}`, user);

it("sums up a public room for anybody, and tells a user their membership", async () => {
  const settings = { name: "Cake", topic: "All about it", room_alias_name: "cake", initial_state: [encrypted] };
  const roomId = await server.createRoom(alice, settings);
  const summary = {
    room_id: roomId,
    name: "Cake",
    topic: "All about it",
    canonical_alias: "#cake:localhost",
    num_joined_members: 1,
    join_rule: "public",
    world_readable: false,
    guest_can_join: false,
    encryption: "m.megolm.v1.aes-sha2",
    room_version: "12",
  };
  expect((await get(`v1/room_summary/${encodeURIComponent(roomId)}`)).body).toEqual(summary);
  expect((await get("v1/room_summary/%23cake:localhost?via=localhost&via=elsewhere", alice)).body).toEqual({
    ...summary,
    membership: "join",
  });
  expect((await get(`v1/room_summary/${encodeURIComponent(roomId)}`, bob)).body).toEqual({ ...summary, membership: "leave" });
  const deployed = { "im.nheko.summary.room_version": "12", "im.nheko.summary.encryption": "m.megolm.v1.aes-sha2" };
  for (const path of [`summary/${roomId}`, `rooms/${roomId}/summary`])
    expect((await get(`unstable/im.nheko.summary/${path}`)).body).toEqual({ ...summary, ...deployed });
});
const encrypted = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };

it("hides a private room as one that does not exist, also behind its alias", async () => {
  const roomId = await server.createRoom(alice, { preset: "private_chat", room_alias_name: "secret" });
  const answers = await Promise.all(
    [roomId, "!none:localhost", "#secret:localhost", "#none:localhost"].map((id) => get(`v1/room_summary/${encodeURIComponent(id)}`, bob)),
  );
  for (const { status, body } of answers) expect([status, body]).toEqual([404, answers[0]?.body]);
  expect((await get("v1/room_summary/none", bob)).body["errcode"]).toBe("M_INVALID_PARAM");
  const wrong = await server.request("GET", `/_matrix/client/v1/room_summary/${roomId}`, undefined, "wrong");
  expect(wrong.body["errcode"]).toBe("M_UNKNOWN_TOKEN");
});

it("walks through a space, page by page", async () => {
  const room = await server.createRoom(alice, { name: "Room" });
  const child = { type: "m.space.child", state_key: room, content: { via: ["localhost"] } };
  const space = await server.createRoom(alice, { name: "Space", creation_content: { type: "m.space" }, initial_state: [child] });
  const { body } = await hierarchy(space);
  expect(body["rooms"]).toMatchObject([
    { room_id: space, room_type: "m.space", children_state: [{ state_key: room, content: child.content, sender: alice.userId }] },
    { room_id: room, name: "Room", children_state: [] },
  ]);
  const first = await hierarchy(space, "?limit=1&suggested_only=false&max_depth=3");
  const next = `from=${encodeURIComponent(String(first.body["next_batch"]))}`;
  expect((await hierarchy(space, `?limit=1&suggested_only=false&max_depth=3&${next}`)).body["rooms"]).toMatchObject([{ room_id: room }]);
  expect((await hierarchy(space, `?max_depth=2&${next}`)).body["errcode"]).toBe("M_INVALID_PARAM");
});

it("refuses a space that is hidden or none, and a page of an odd size", async () => {
  const space = await server.createRoom(alice, { preset: "private_chat", creation_content: { type: "m.space" } });
  expect([(await hierarchy(space)).status, (await hierarchy(space)).body["errcode"]]).toEqual([403, "M_FORBIDDEN"]);
  expect((await hierarchy("!none:localhost")).body).toEqual((await hierarchy(space)).body);
  for (const query of ["?limit=0", "?limit=x", "?max_depth=-1", "?from=x", "?suggested_only=maybe"])
    expect([query, (await hierarchy(space, query, alice)).body["errcode"]]).toEqual([query, "M_INVALID_PARAM"]);
});
