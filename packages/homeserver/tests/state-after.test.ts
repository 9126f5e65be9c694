import { expect, it } from "vitest";
import { testHomeserver } from "../src/testing/index.ts";

type Rooms = Record<string, Record<string, { readonly events: readonly { readonly type: string }[] }>>;

it("the state at the end of a timeline has the name that goes with the parameter that asks for it", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const room = await server.createRoom(alice);
  const sync = async (more: string) => {
    const { status, body } = await server.requestAs<{ next_batch: string; rooms: { join?: Rooms } }>(alice, "GET", `/sync?${more}`);
    expect(status).toBe(200);
    return body;
  };
  const { next_batch: since } = await sync("");
  await server.requestAs(alice, "PUT", `/rooms/${encodeURIComponent(room)}/state/m.room.topic/`, { topic: "new" });
  const names = async (more: string) => {
    const told = (await sync(`since=${since}${more}`)).rooms.join?.[room] ?? {};
    const kinds = ["state", "state_after", "org.matrix.msc4222.state_after"];
    return kinds.filter((name) => name in told).map((name) => [name, told[name]?.events.map(({ type }) => type)]);
  };
  expect(await names("")).toEqual([["state", []]]);
  expect(await names("&use_state_after=true")).toEqual([["state_after", ["m.room.topic"]]]);
  expect(await names("&org.matrix.msc4222.use_state_after=true")).toEqual([["org.matrix.msc4222.state_after", ["m.room.topic"]]]);
  expect(await names("&org.matrix.msc4222.use_state_after=false")).toEqual([["state", []]]);
  const refused = await server.requestAs(alice, "GET", "/sync?org.matrix.msc4222.use_state_after=maybe");
  expect(refused).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
});

it("the event that ends an invite is in the state after it, for those who were never in the room", async () => {
  await using server = await testHomeserver();
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const room = encodeURIComponent(await server.createRoom(alice, { preset: "private_chat" }));
  await server.requestAs(alice, "POST", `/rooms/${room}/invite`, { user_id: bob.userId });
  type Left = { next_batch: string; rooms: { leave?: Rooms } };
  const sync = async (more: string) => (await server.requestAs<Left>(bob, "GET", `/sync?${more}`)).body;
  const { next_batch: since } = await sync("");
  await server.requestAs(alice, "POST", `/rooms/${room}/ban`, { user_id: bob.userId });
  for (const [asked, name] of [
    ["use_state_after=true", "state_after"],
    ["org.matrix.msc4222.use_state_after=true", "org.matrix.msc4222.state_after"],
  ]) {
    const left = (await sync(`since=${since}&${asked}`)).rooms.leave?.[decodeURIComponent(room)];
    expect(left?.[name ?? ""]?.events).toMatchObject([{ type: "m.room.member", state_key: bob.userId, content: { membership: "ban" } }]);
  }
  const plain = (await sync(`since=${since}`)).rooms.leave?.[decodeURIComponent(room)];
  expect([plain?.["state"]?.events, plain?.["timeline"]?.events.length]).toEqual([[], 1]);
});
