import { expect, it } from "vitest";
import { testHomeserver } from "../../testing/index.ts";

interface Answer {
  readonly next_batch: string;
  readonly rooms?: { readonly join: Record<string, { readonly account_data?: { readonly events: readonly { readonly type: string }[] } }> };
}

it("account data of a room come with that room, all that the filter wants, at first and when they change", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const rooms = [await server.createRoom(alice), await server.createRoom(alice)];
  const put = (room: string, type: string) =>
    server.requestAs(alice, "PUT", `/user/${alice.userId}/rooms/${room}/account_data/${type}`, { n: 1 });
  const told = async (query: string): Promise<[readonly (readonly string[])[], string]> => {
    const { body } = await server.requestAs<Answer>(alice, "GET", `/sync?${query}`);
    return [rooms.map((room) => (body.rooms?.join[room]?.account_data?.events ?? []).map(({ type }) => type)), body.next_batch];
  };
  const [first = "", second = ""] = rooms;
  for (const type of ["a", "b", "c"]) await put(first, type);
  await put(second, "d");
  const [all, since] = await told("");
  expect(all).toEqual([["a", "b", "c"], ["d"]]);
  const filter = encodeURIComponent(JSON.stringify({ room: { account_data: { not_types: ["b"] } } }));
  expect((await told(`filter=${filter}`))[0]).toEqual([["a", "c"], ["d"]]);
  for (const type of ["d", "e"]) await put(second, type);
  expect((await told(`since=${since}`))[0]).toEqual([[], ["d", "e"]]);
});

it("a stored filter is named by its ID, at first and again, and one that is not stored is refused", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const room = await server.createRoom(alice);
  const path = `/user/${alice.userId}/filter`;
  const { filter_id: id } = (await server.requestAs(alice, "POST", path, { room: { not_rooms: [room] } })).body;
  for (let i = 0; i < 2; i++) {
    const { status, body } = await server.requestAs<Answer>(alice, "GET", `/sync?filter=${id}`);
    expect([status, body.rooms]).toEqual([200, undefined]);
  }
  expect(await server.requestAs(alice, "GET", `/sync?filter=${id}0`)).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
});
