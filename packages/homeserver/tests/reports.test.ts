// What users report, and what of it is kept for the administrators.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";
import { queryDatabase } from "./query-database.ts";

let dataDir: string;
let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "patrix-reports-"));
  server = await testHomeserver({ dataDir, config: { daily_limits: { reportsPerDay: 20 } } });
  [alice, bob] = [await server.register("alice"), await server.register("bob")];
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const report = (user: TestUser, path: string, body?: unknown): Promise<TestResponse<AnyBody>> => server.requestAs(user, "POST", path, body);
const stored = (): Promise<Record<string, unknown>[]> =>
  queryDatabase(dataDir, "select report_nid, room_id, event_id, user_id, reason, score from reports order by report_nid");
const send = async (user: TestUser, roomId: string): Promise<string> =>
  String((await server.requestAs(user, "PUT", `/rooms/${roomId}/send/m.room.message/${Math.random()}`, { body: "x" })).body["event_id"]);

it("keeps reports of events, rooms and users with their reasons, numbered in order", async () => {
  const roomId = await server.createRoom(alice);
  await report(bob, `/rooms/${roomId}/join`, {});
  const eventId = await send(alice, roomId);
  const answers = [
    await report(bob, `/rooms/${roomId}/report/${eventId}`, { reason: "rude", score: -100 }),
    await report(bob, `/rooms/${roomId}/report/${eventId}`, { reason: null, score: null }),
    await report(bob, `/rooms/${roomId}/report`, { reason: "" }),
    await report(bob, `/users/${alice.userId}/report`, { reason: "a bot" }),
  ];
  for (const { status, body } of answers) expect([status, body]).toEqual([200, {}]);
  const none = { room_id: null, event_id: null, user_id: null, reason: null, score: null };
  expect(
    (await stored()).map(({ report_nid: nid, score, ...rest }) => ({
      ...rest,
      nid: Number(nid),
      score: score === null ? null : Number(score),
    })),
  ).toEqual([
    { ...none, nid: 1, room_id: roomId, event_id: eventId, reason: "rude", score: -100 },
    { ...none, nid: 2, room_id: roomId, event_id: eventId },
    { ...none, nid: 3, room_id: roomId, reason: "" },
    { ...none, nid: 4, user_id: alice.userId, reason: "a bot" },
  ]);
});

it("takes no report of an event that the user does not see, and says the same whatever the reason", async () => {
  const roomId = await server.createRoom(alice, {
    initial_state: [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }],
  });
  const [hidden, other] = [await send(alice, roomId), await send(alice, await server.createRoom(alice))];
  const refusals = [await report(bob, `/rooms/${roomId}/report/${hidden}`, {})];
  await report(bob, `/rooms/${roomId}/join`, {});
  for (const eventId of [hidden, other, "$none"]) refusals.push(await report(bob, `/rooms/${roomId}/report/${eventId}`, {}));
  refusals.push(await report(bob, `/rooms/!none:localhost/report/${hidden}`, {}));
  for (const { status, body } of refusals) expect([status, body]).toEqual([404, refusals[0]?.body]);
  expect(refusals[0]?.body["errcode"]).toBe("M_NOT_FOUND");
});

it("does not tell whether a room or a user exists", async () => {
  const answers = await Promise.all(
    ["/rooms/!none:localhost/report", "/users/@none:localhost/report", `/users/${alice.userId}/report`].map((path) =>
      report(bob, path, { reason: "x" }),
    ),
  );
  for (const { status, body } of answers) expect([status, body]).toEqual([200, {}]);
});

it("refuses what is no report, and more than a few hundred in a day", async () => {
  for (const [path, body] of [
    [`/users/${alice.userId}/report`, {}],
    ["/rooms/!a:localhost/report", { reason: 5 }],
  ] as const)
    expect((await report(bob, path, body)).body["errcode"]).toBe("M_BAD_JSON");
  const roomId = await server.createRoom(bob);
  const eventId = await send(bob, roomId);
  expect((await report(bob, `/rooms/${roomId}/report/${eventId}`, { score: "bad" })).body["errcode"]).toBe("M_BAD_JSON");
  const carol = await server.register("carol");
  const statuses: number[] = [];
  for (let i = 0; i <= 20; i++) statuses.push((await report(carol, "/rooms/!a:localhost/report", { reason: "" })).status);
  expect([statuses.slice(0, 20).every((status) => status === 200), statuses[20]]).toEqual([true, 429]);
});
