import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, expect, it } from "vitest";
import { twoServers, until } from "./federated.ts";

const servers = await twoServers();
const { network, a, b, alice, bob } = servers;
afterAll(() => servers[Symbol.asyncDispose]());
afterEach(() => {
  network.fault = undefined;
});

it("a room that rests on another one can be joined right after that one, however slow the servers are", async () => {
  const club = await b.createRoom(bob, { preset: "public_chat" });
  await a.requestAs(alice, "POST", `/join/${encodeURIComponent(club)}?via=b.example`, {});
  const allow = [{ type: "m.room_membership", room_id: club }];
  const joinRules = { type: "m.room.join_rules", content: { join_rule: "restricted", allow } };
  const hall = await a.createRoom(alice, { room_version: "11", initial_state: [joinRules] });
  const ben = await b.register("ben");
  const held: string[] = [];
  network.fault = async ({ target }) => {
    if (!target.includes("/send/")) return undefined;
    held.push(target);
    await sleep(300);
    return undefined;
  };
  expect((await b.requestAs(ben, "POST", `/join/${encodeURIComponent(club)}`, {})).status).toBe(200);
  const { status, body } = await b.requestAs(ben, "POST", `/join/${encodeURIComponent(hall)}?via=a.example`, {});
  expect([status, body]).toEqual([200, { room_id: hall }]);
  expect(held.length).toBeGreaterThan(0);
});

it("a room that is not large has all of its members when a join is answered", async () => {
  const room = await a.createRoom(alice, { preset: "public_chat" });
  for (const name of ["carl", "dora", "emil"]) await a.requestAs(await a.register(name), "POST", `/join/${encodeURIComponent(room)}`, {});
  expect((await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {})).status).toBe(200);
  const { body } = await b.requestAs<{ rooms?: { join?: Record<string, { summary?: Record<string, number> }> } }>(bob, "GET", "/sync");
  expect(body.rooms?.join?.[room]?.summary?.["m.joined_member_count"]).toBe(5);
});

it("is joined all the same where the other server hears of nothing else", async () => {
  const [other, room] = [await a.createRoom(alice, { preset: "public_chat" }), await a.createRoom(alice, { preset: "public_chat" })];
  await b.requestAs(bob, "POST", `/join/${encodeURIComponent(other)}?via=a.example`, {});
  let release = (): void => {};
  const silence = new Promise<void>((resolve) => (release = resolve));
  network.fault = async ({ target }) => {
    if (target.includes("/send/")) await silence;
    return undefined;
  };
  await b.requestAs(bob, "PUT", `/rooms/${other}/send/m.room.message/1`, { msgtype: "m.text", body: "late" });
  const begunMs = performance.now();
  expect((await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {})).status).toBe(200);
  // It was waited for that server, and not for ever.
  expect(performance.now() - begunMs).toBeGreaterThan(900);
  release();
  await until(async () => JSON.stringify((await a.requestAs(alice, "GET", `/rooms/${other}/messages?dir=b`)).body).includes("late"));
});
