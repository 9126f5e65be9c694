import { expect, it } from "vitest";
import { testHomeserver } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";

it("gives an alias once, and lets its creator and the powerful remove it", async () => {
  await using server = await testHomeserver();
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const { room_id: room } = (await server.request("POST", `${client}/createRoom`, { preset: "public_chat" }, alice.accessToken)).body;
  const alias = `${client}/directory/room/${encodeURIComponent("#cake:localhost")}`;
  expect((await server.request("PUT", alias, { room_id: room }, bob.accessToken)).status).toBe(403);
  const tries = await Promise.all([1, 2, 3].map(() => server.request("PUT", alias, { room_id: room }, alice.accessToken)));
  expect(tries.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await server.request("GET", alias)).body).toEqual({ room_id: room, servers: ["localhost"] });
  const aliases = await server.request("GET", `${client}/rooms/${room}/aliases`, undefined, alice.accessToken);
  expect(aliases.body).toEqual({ aliases: ["#cake:localhost"] });
  expect((await server.request("DELETE", alias, undefined, bob.accessToken)).status).toBe(403);
  expect((await server.request("DELETE", alias, undefined, alice.accessToken)).status).toBe(200);
  expect((await server.request("GET", alias)).status).toBe(404);
});

it("lists published rooms, found by their words", async () => {
  await using server = await testHomeserver();
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const create = async (name: string): Promise<string> =>
    String((await server.request("POST", `${client}/createRoom`, { name, preset: "public_chat" }, alice.accessToken)).body["room_id"]);
  const [cake, tea] = [await create("Cake"), await create("Tea")];
  for (const room of [cake, tea])
    expect((await server.request("PUT", `${client}/directory/list/room/${room}`, { visibility: "public" }, alice.accessToken)).status).toBe(
      200,
    );
  const list = await server.request("GET", `${client}/publicRooms?limit=1`, undefined, alice.accessToken);
  expect([list.body["chunk"]?.length, list.body.total_room_count_estimate, list.body.next_batch]).toEqual([1, 2, "1"]);
  const search = { filter: { generic_search_term: "TEA" } };
  expect((await server.request("POST", `${client}/publicRooms`, search, bob.accessToken)).body.chunk).toMatchObject([
    { room_id: tea, name: "Tea" },
  ]);
  expect((await server.request("PUT", `${client}/directory/list/room/${cake}`, { visibility: "private" }, bob.accessToken)).status).toBe(
    403,
  );
  await server.request("PUT", `${client}/directory/list/room/${cake}`, { visibility: "private" }, alice.accessToken);
  expect((await server.request("GET", `${client}/directory/list/room/${cake}`)).body).toEqual({ visibility: "private" });
});
