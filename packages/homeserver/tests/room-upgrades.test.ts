// A room is replaced by a new one, as its members see it over HTTP.
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

const upgrade = (user: TestUser, roomId: string, body: unknown): Promise<TestResponse<AnyBody>> =>
  server.requestAs(user, "POST", `/rooms/${roomId}/upgrade`, body);
const get = async (user: TestUser, path: string): Promise<AnyBody> => (await server.requestAs(user, "GET", path)).body;

it("takes the name, the alias and the members' settings along", async () => {
  const roomId = await server.createRoom(alice, { name: "Cake", room_alias_name: "cake", room_version: "10", visibility: "public" });
  await server.requestAs(bob, "POST", `/rooms/${roomId}/join`, {});
  for (const user of [alice, bob]) {
    await server.requestAs(user, "PUT", `/user/${user.userId}/rooms/${roomId}/tags/m.favourite`, { order: 0.1 });
    await server.requestAs(user, "PUT", `/user/${user.userId}/account_data/m.direct`, { "@x:localhost": [roomId] });
    await server.requestAs(user, "PUT", `/pushrules/global/room/${encodeURIComponent(roomId)}`, { actions: ["dont_notify"] });
    const condition = { kind: "event_match", key: "room_id", pattern: roomId };
    await server.requestAs(user, "PUT", `/pushrules/global/override/${encodeURIComponent(roomId)}`, {
      actions: [],
      conditions: [condition],
    });
  }
  const { status, body } = await upgrade(alice, roomId, { new_version: "12", additional_creators: [bob.userId] });
  const next = String(body["replacement_room"]);
  expect([status, next.startsWith("!")]).toEqual([200, true]);
  expect(await get(alice, `/rooms/${roomId}/state/m.room.tombstone`)).toMatchObject({ replacement_room: next });
  expect(await get(alice, `/rooms/${next}/state/m.room.name`)).toEqual({ name: "Cake" });
  expect(await get(alice, "/directory/room/%23cake:localhost")).toMatchObject({ room_id: next });
  expect((await get(alice, "/publicRooms"))["chunk"]).toMatchObject([{ room_id: next, canonical_alias: "#cake:localhost" }]);

  const settings = async (user: TestUser): Promise<unknown> => {
    const own = `/user/${user.userId}`;
    const rules = (await get(user, "/pushrules/"))["global"];
    const [room] = (rules?.["room"] ?? []) as unknown as { rule_id: string }[];
    const override = ((rules?.["override"] ?? []) as unknown as { rule_id: string; conditions: unknown }[]).find(
      (rule) => rule.rule_id === next,
    );
    return [
      (await get(user, `${own}/rooms/${next}/tags`))["tags"],
      (await get(user, `${own}/account_data/m.direct`))["@x:localhost"],
      room?.rule_id,
      override?.conditions,
    ];
  };
  const carried = [{ "m.favourite": { order: 0.1 } }, [roomId, next], next, [{ kind: "event_match", key: "room_id", pattern: next }]];
  expect(await settings(alice)).toEqual(carried);
  expect(await settings(bob)).not.toEqual(carried);
  expect((await server.requestAs(bob, "POST", `/rooms/${next}/join`, {})).status).toBe(200);
  // They follow right after the join.
  await expect.poll(() => settings(bob)).toEqual(carried);
});

it("takes the settings of its members along where its replacement was made by hand, and they are in that before", async () => {
  const roomId = await server.createRoom(alice, { room_version: "10" });
  await server.requestAs(bob, "POST", `/rooms/${roomId}/join`, {});
  const rule = (of: string): string => `/pushrules/global/room/${encodeURIComponent(of)}`;
  for (const user of [alice, bob]) await server.requestAs(user, "PUT", rule(roomId), { actions: ["dont_notify"] });
  const next = await server.createRoom(alice, { creation_content: { predecessor: { room_id: roomId } } });
  const tombstone = { body: "moved", replacement_room: next };
  expect((await server.requestAs(alice, "GET", rule(next))).status).toBe(404);
  expect((await server.requestAs(alice, "PUT", `/rooms/${roomId}/state/m.room.tombstone`, tombstone)).status).toBe(200);
  await expect.poll(async () => (await get(alice, rule(next)))["rule_id"]).toBe(next);
  expect((await server.requestAs(bob, "GET", rule(next))).status).toBe(404);
  await server.requestAs(bob, "POST", `/rooms/${next}/join`, {});
  await expect.poll(async () => (await get(bob, rule(next)))["actions"]).toEqual(["dont_notify"]);
});

it("is refused for a version that is not known, to who may not, and for a room that is none, and counts as a new room", async () => {
  const roomId = await server.createRoom(alice);
  await server.requestAs(bob, "POST", `/rooms/${roomId}/join`, {});
  const refused = async (user: TestUser, room: string, body: unknown): Promise<unknown> => {
    const answer = await upgrade(user, room, body);
    return [answer.status, answer.body["errcode"]];
  };
  expect(await refused(alice, roomId, { new_version: "99" })).toEqual([400, "M_UNSUPPORTED_ROOM_VERSION"]);
  expect(await refused(bob, roomId, { new_version: "11" })).toEqual([403, "M_FORBIDDEN"]);
  expect(await refused(alice, "!none:localhost", { new_version: "11" })).toEqual([403, "M_FORBIDDEN"]);
  expect(await refused(alice, roomId, {})).toEqual([400, "M_BAD_JSON"]);
  expect(await refused(alice, roomId, { new_version: "12", additional_creators: ["bob"] })).toEqual([400, "M_BAD_JSON"]);
  await using strict = await testHomeserver({ config: { daily_limits: { roomsPerDay: 1 } } });
  const carol = await strict.register("carol");
  const only = await strict.createRoom(carol);
  const { status, body } = await strict.requestAs(carol, "POST", `/rooms/${only}/upgrade`, { new_version: "11" });
  expect([status, body["errcode"]]).toEqual([429, "M_LIMIT_EXCEEDED"]);
  expect((await strict.requestAs(carol, "GET", `/rooms/${only}/state/m.room.tombstone`)).status).toBe(404);
});
