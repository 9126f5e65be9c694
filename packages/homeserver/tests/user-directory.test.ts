// Finding people as clients do: over HTTP, with other users' rooms and profiles in the way.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
beforeAll(async () => {
  server = await testHomeserver();
  [alice, bob] = [await server.register("alice"), await server.register("bob")];
  await server.requestAs(bob, "PUT", `/profile/${bob.userId}/displayname`, { displayname: "Bob the Builder" });
});
afterAll(() => server[Symbol.asyncDispose]());

const search = (user: TestUser, body: unknown): Promise<TestResponse<AnyBody>> =>
  server.requestAs(user, "POST", "/user_directory/search", body);
const builder = { user_id: "@bob:localhost", display_name: "Bob the Builder" };

it("finds who is in a room that both are in, and nobody before", async () => {
  expect((await search(alice, { search_term: "build" })).body).toEqual({ results: [], limited: false });
  const roomId = await server.createRoom(alice, { preset: "private_chat", invite: [bob.userId] });
  expect((await search(alice, { search_term: "build" })).body).toEqual({ results: [], limited: false });
  await server.requestAs(bob, "POST", `/rooms/${roomId}/join`, {});
  expect((await search(alice, { search_term: "build" })).body).toEqual({ results: [builder], limited: false });
});

it("finds who is in a public room, at once", async () => {
  const carol = await server.register("carol");
  await server.createRoom(carol);
  expect((await search(alice, { search_term: "Carol" })).body).toEqual({ results: [{ user_id: carol.userId }], limited: false });
});

it("does without a limit, takes null for none, and refuses what is no search", async () => {
  const stranger = await server.register("stranger");
  expect((await search(stranger, { search_term: bob.userId, limit: null })).body).toEqual({ results: [builder], limited: false });
  expect((await search(alice, {})).body["errcode"]).toBe("M_BAD_JSON");
  expect((await search(alice, { search_term: 5 })).body["errcode"]).toBe("M_BAD_JSON");
});

it("counts searches by a rate of their own", async () => {
  const rate_limits = { enabled: true, user_directory: { per_second: 0.001, burst: 2 } };
  await using limited = await testHomeserver({ config: { rate_limits } });
  const user = await limited.register("user");
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await limited.requestAs(user, "POST", "/user_directory/search", { search_term: "x" })).status);
  expect(statuses).toEqual([200, 200, 429]);
});

it("lets everybody find every user where the configuration says so", async () => {
  await using open = await testHomeserver({ config: { user_directory: { search_all: true } } });
  const [asker, hermit] = [await open.register("asker"), await open.register("hermit")];
  const { body } = await open.requestAs(asker, "POST", "/user_directory/search", { search_term: "her" });
  expect(body).toEqual({ results: [{ user_id: hermit.userId }], limited: false });
});
