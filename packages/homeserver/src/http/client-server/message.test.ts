/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { expect, it } from "vitest";
import { testHomeserver } from "../../testing/index.ts";

it("a request for messages that names no direction gets the oldest first, as from Synapse, and one that names an unknown one nothing", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const room = await server.createRoom(alice);
  const page = async (query: string): Promise<unknown> => {
    const path = `/rooms/${room}/messages?limit=1${query}`;
    const { status, body } = await server.requestAs<{ chunk: { type: string }[] }>(alice, "GET", path);
    return status === 200 ? body.chunk[0]?.type : status;
  };
  expect(await page("&dir=f")).toBe("m.room.create");
  expect([await page(""), await page("&dir=x")]).toEqual(["m.room.create", 400]);
  await server.requestAs(alice, "POST", `/rooms/${room}/leave`, {});
  await server.requestAs(alice, "POST", `/rooms/${room}/forget`, {});
  expect(await page("")).toBe(403);
});

it("a page of messages brings the members who sent them where members are loaded lazily, and no state otherwise", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const room = await server.createRoom(alice);
  const page = async (filter: object): Promise<unknown> => {
    const path = `/rooms/${room}/messages?dir=f&limit=1&filter=${encodeURIComponent(JSON.stringify(filter))}`;
    return (await server.requestAs(alice, "GET", path)).body;
  };
  expect(await page({})).not.toHaveProperty("state");
  expect(await page({ lazy_load_members: true })).toMatchObject({ state: [{ type: "m.room.member", state_key: alice.userId }] });
});
