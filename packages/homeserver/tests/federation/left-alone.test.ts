// What people ask of a server that has failed a moment ago, and answers again.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type TwoServers, twoServers, until } from "./federated.ts";

let servers: TwoServers;
beforeEach(async () => {
  servers = await twoServers();
});
afterEach(() => servers[Symbol.asyncDispose]());

/** Has requests to Bob's server fail, so that it is left alone, and then arrive again. */
async function failOnce(): Promise<void> {
  const { network, a, alice } = servers;
  network.fault = ({ to }) => (to === "b.example" ? "lost" : undefined);
  expect((await a.requestAs(alice, "GET", "/directory/room/%23nobody:b.example")).status).toBe(403);
  network.fault = undefined;
}

const joinRule = (rule: string): Readonly<Record<string, unknown>> => ({
  preset: "private_chat",
  initial_state: [{ type: "m.room.join_rules", content: { join_rule: rule } }],
});

it("people and rooms are found there", async () => {
  const { network, a, b, alice, bob } = servers;
  // Profiles are for those who share a room.
  const shared = await b.createRoom(bob);
  expect(await a.requestAs(alice, "POST", `/join/${encodeURIComponent(shared)}?via=b.example`, {})).toMatchObject({ status: 200 });
  const room = await b.createRoom(bob, { room_alias_name: "here" });
  for (const path of ["/profile/@bob:b.example", "/directory/room/%23here:b.example"]) {
    await failOnce();
    expect(await a.requestAs(alice, "GET", path)).toMatchObject({ status: 200 });
  }
  await failOnce();
  // It shows its list to nobody, but it is asked.
  await a.requestAs(alice, "GET", "/publicRooms?server=b.example");
  await a.requestAs(alice, "POST", "/publicRooms?server=b.example", { filter: {} });
  expect(network.requests.slice(-2).map(({ method, target }) => `${method} ${target}`)).toEqual([
    "GET /_matrix/federation/v1/publicRooms",
    "POST /_matrix/federation/v1/publicRooms",
  ]);
  await failOnce();
  expect(await a.requestAs(alice, "POST", `/join/${encodeURIComponent(room)}?via=b.example`, {})).toMatchObject({ status: 200 });
});

it("a knock and an invite reach it, and so does the end of either", async () => {
  const { a, b, alice, bob } = servers;
  const membership = async (room: string): Promise<unknown> =>
    (await b.requestAs(bob, "GET", `/rooms/${encodeURIComponent(room)}/state/m.room.member/${alice.userId}`)).body["membership"];
  const knocked = await b.createRoom(bob, joinRule("knock"));
  await failOnce();
  expect(await a.requestAs(alice, "POST", `/knock/${encodeURIComponent(knocked)}?via=b.example`, {})).toMatchObject({ status: 200 });
  await failOnce();
  await a.requestAs(alice, "POST", `/rooms/${encodeURIComponent(knocked)}/leave`, {});
  expect(await membership(knocked)).toBe("leave");
  const invited = await b.createRoom(bob, { ...joinRule("invite"), invite: [alice.userId] });
  await until(async () => Object.hasOwn((await a.requestAs(alice, "GET", "/sync")).body["rooms"]?.["invite"] ?? {}, invited));
  await failOnce();
  await a.requestAs(alice, "POST", `/rooms/${encodeURIComponent(invited)}/leave`, {});
  expect(await membership(invited)).toBe("leave");
  const room = await a.createRoom(alice, joinRule("invite"));
  await failOnce();
  expect(await a.requestAs(alice, "POST", `/rooms/${encodeURIComponent(room)}/invite`, { user_id: bob.userId })).toMatchObject({
    status: 200,
  });
});
