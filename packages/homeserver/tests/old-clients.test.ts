// What clients of before `/sync` ask for, and those that look into rooms from outside.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
beforeAll(async () => {
  server = await testHomeserver();
  [alice, bob] = [await server.register("alice"), await server.register("bob")];
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (user: TestUser, path: string) => server.requestAs(user, "GET", path);
const say = async (roomId: string, body: string, user = alice): Promise<string> =>
  String(
    (await server.requestAs(user, "PUT", `/rooms/${roomId}/send/m.room.message/${Math.random()}`, { msgtype: "m.text", body })).body[
      "event_id"
    ],
  );
const bodies = (chunk: AnyBody | undefined): unknown[] =>
  (chunk as unknown as { content: { body?: string } }[]).flatMap(({ content }) => content.body ?? []);

it("begins with the rooms of a user, and goes on with the event stream", async () => {
  const [roomId, other, left] = [
    await server.createRoom(alice),
    await server.createRoom(alice, { invite: [bob.userId] }),
    await server.createRoom(alice),
  ];
  for (const id of [roomId, left]) await server.requestAs(bob, "POST", `/rooms/${id}/join`, {});
  await say(roomId, "hello");
  await server.requestAs(bob, "POST", `/rooms/${left}/leave`, {});
  await server.requestAs(bob, "PUT", `/user/${bob.userId}/account_data/org.example`, { a: 1 });
  const { status, body } = await get(bob, "/initialSync?limit=1");

  expect(status).toBe(200);
  const rooms = body["rooms"] as unknown as Record<string, AnyBody>[];
  const memberships = new Map(rooms.map((room) => [String(room["room_id"]), room["membership"]]));
  expect(memberships).toEqual(
    new Map([
      [roomId, "join"],
      [other, "invite"],
    ]),
  );
  const joined = rooms.find((room) => room["room_id"] === roomId);
  expect(bodies(joined?.["messages"]?.["chunk"])).toEqual(["hello"]);
  expect(JSON.stringify(joined?.["state"])).toContain('"m.room.create"');
  expect(rooms.find((room) => room["room_id"] === other)).toMatchObject({ invite: { type: "m.room.member", sender: alice.userId } });
  expect(body).toMatchObject({
    presence: [],
    account_data: expect.arrayContaining([{ type: "org.example", content: { a: 1 } }]) as unknown,
  });
  const archived = (await get(bob, "/initialSync?archived=true")).body["rooms"] as unknown as Record<string, unknown>[];
  expect(archived.find((room) => room["room_id"] === left)).toMatchObject({ membership: "leave" });

  await say(roomId, "news");
  const stream = await get(bob, `/events?from=${body["end"]}&timeout=0`);
  expect([bodies(stream.body["chunk"]), stream.body["start"]]).toEqual([["news"], body["end"]]);
  const waiting = get(bob, `/events?from=${stream.body["end"]}&timeout=20000`);
  await say(roomId, "more news");
  expect(bodies((await waiting).body["chunk"])).toEqual(["more news"]);
});

it("watches a room that anyone may read, from the token of its first answer", async () => {
  const history = { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "world_readable" } };
  const roomId = await server.createRoom(alice, { initial_state: [history] });
  const { body } = await get(bob, `/rooms/${roomId}/initialSync`);
  await say(roomId, "for all");
  const page = await get(bob, `/events?room_id=${encodeURIComponent(roomId)}&from=${body["messages"]?.["end"]}&timeout=0`);
  expect(bodies(page.body["chunk"])).toEqual(["for all"]);
  expect((await get(bob, `/events?room_id=${encodeURIComponent(await server.createRoom(alice))}&timeout=0`)).body["errcode"]).toBe(
    "M_FORBIDDEN",
  );
  expect((await get(bob, "/events?room_id=none&timeout=0")).body["errcode"]).toBe("M_INVALID_PARAM");
  expect((await get(bob, "/events?from=none&timeout=0")).body["errcode"]).toBe("M_INVALID_PARAM");
});

it("reads an event by its ID alone, if the user may see it", async () => {
  const roomId = await server.createRoom(alice);
  const eventId = await say(roomId, "found");
  expect((await get(alice, `/events/${eventId}`)).body).toMatchObject({ event_id: eventId, room_id: roomId, content: { body: "found" } });
  const [hidden, none] = [await get(bob, `/events/${eventId}`), await get(bob, "/events/$none")];
  expect([hidden.status, hidden.body["errcode"], none.status]).toEqual([404, "M_NOT_FOUND", 404]);
});

it("is linked with no third-party network", async () => {
  expect((await get(alice, "/thirdparty/protocols")).body).toEqual({});
  for (const path of ["protocol/irc", "location/irc?channel=x", "user/irc?nick=x"]) {
    const { status, body } = await get(alice, `/thirdparty/${path}`);
    expect([path, status, body["errcode"]]).toEqual([path, 404, "M_NOT_FOUND"]);
  }
  expect((await get(alice, "/thirdparty/location?alias=%23a:localhost")).body).toEqual([]);
  expect((await get(alice, "/thirdparty/user?userid=@a:localhost")).body).toEqual([]);
  expect((await get(alice, "/thirdparty/user?userid=a")).body["errcode"]).toBe("M_INVALID_PARAM");
});
