// What is read, changed and written again: nothing that was accepted is lost.
import { describe, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../../src/testing/index.ts";
import { count, race, type Tally } from "./race.ts";

const client = "/_matrix/client/v3";
const ROUNDS = 30;
const AT_ONCE = 10;

type Answer = Promise<TestResponse<AnyBody>>;
type Send = (method: string, path: string, body?: unknown) => Answer;

function as(server: TestHomeserver, user: TestUser): Send {
  return (method, path, body) => server.request(method, client + path, body, user.accessToken);
}

/** Ten requests at once, all of which are accepted. */
async function atOnce(send: (i: number) => Answer): Promise<void> {
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => send(i)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
}

describe("changes at the same time", () => {
  it("of tags are all kept, and a removed one stays away", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const send = as(server, alice);
    const { body } = await send("POST", "/createRoom", {});
    const tags = `/user/${alice.userId}/rooms/${body["room_id"]}/tags`;
    const tally: Tally = {};
    for (let round = 0; round < ROUNDS; round++) {
      await atOnce((i) => send("PUT", `${tags}/u.${i}`, { order: i / 10 }));
      await race(
        round,
        () => send("DELETE", `${tags}/u.0`),
        () => send("PUT", `${tags}/u.0`, { order: 1 }),
      );
      const stored = Object.keys((await send("GET", tags)).body["tags"] ?? {});
      count(tally, stored.includes("u.0") ? "removed first" : "set first");
      expect(stored.filter((tag) => tag !== "u.0")).toHaveLength(AT_ONCE - 1);
    }
    expect(tally).toEqual({ "removed first": expect.any(Number), "set first": expect.any(Number) });
  });

  it("of account data and direct chats leave one of those that were sent, which sync tells as well", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const send = as(server, alice);
    const tally: Tally = {};
    for (let round = 0; round < ROUNDS; round++) {
      const path = `/user/${alice.userId}/account_data/m.direct`;
      const chats = (name: string): object => ({ [`@${name}:localhost`]: [`!${name}:localhost`] });
      await race(
        round,
        () => send("PUT", path, chats("one")),
        () => send("PUT", path, chats("two")),
      );
      const { body } = await send("GET", path);
      expect([chats("one"), chats("two")]).toContainEqual(body);
      count(tally, "@one:localhost" in body ? "one" : "two");
      const sync = await server.request<{ account_data: { events: { type: string; content: object }[] } }>(
        "GET",
        `${client}/sync`,
        undefined,
        alice.accessToken,
      );
      expect(sync.body.account_data.events.find(({ type }) => type === "m.direct")?.content).toEqual(body);
    }
    expect(tally).toEqual({ one: expect.any(Number), two: expect.any(Number) });
  });

  it("of a profile are all kept, and pass its limit together no more than one after the other", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const send = as(server, alice);
    const path = `/profile/${alice.userId}`;
    await atOnce((i) => send("PUT", `${path}/org.example.${i}`, { [`org.example.${i}`]: i }));
    expect(Object.keys((await send("GET", path)).body)).toHaveLength(AT_ONCE);
    const large = "x".repeat(limits.profileBytes.value / 4);
    const tries = Array.from({ length: AT_ONCE }, (_, i) => send("PUT", `${path}/org.large.${i}`, { [`org.large.${i}`]: large }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(JSON.stringify((await send("GET", path)).body).length).toBeLessThanOrEqual(limits.profileBytes.value);
  });

  it("of push rules are all kept", async () => {
    await using server = await testHomeserver();
    const send = as(server, await server.register("alice"));
    const rules = "/pushrules/global/content";
    const tally: Tally = {};
    for (let round = 0; round < ROUNDS; round++) {
      await atOnce((i) => send("PUT", `${rules}/rule${i}`, { pattern: `word${i}`, actions: [] }));
      await race(
        round,
        () => send("DELETE", `${rules}/rule0`),
        () => send("PUT", `${rules}/rule0`, { pattern: "again", actions: ["notify"] }),
      );
      const kept = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => send("GET", `${rules}/rule${i}`)));
      expect(kept.slice(1).map(({ status }) => status)).toEqual(kept.slice(1).map(() => 200));
      count(tally, kept[0]?.status === 200 ? "removed first" : "set first");
    }
    expect(tally).toEqual({ "removed first": expect.any(Number), "set first": expect.any(Number) });
  });

  it("of an alias: one of many gets it, one of many removes it, and it is where the last one said", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const send = as(server, alice);
    const rooms: string[] = [];
    for (let i = 0; i < 2; i++) rooms.push(String((await send("POST", "/createRoom", {})).body["room_id"]));
    const path = "/directory/room/%23name:localhost";
    const tally: Tally = {};
    for (let round = 0; round < ROUNDS; round++) {
      const set = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => send("PUT", path, { room_id: rooms[i % 2] })));
      const won = set.flatMap(({ status }, i) => (status === 200 ? [rooms[i % 2]] : []));
      expect(won).toHaveLength(1);
      expect((await send("GET", path)).body["room_id"]).toBe(won[0]);
      const [removed, put] = await race(
        round,
        () => send("DELETE", path),
        () => send("PUT", path, { room_id: rooms[0] }),
      );
      expect(removed.status).toBe(200);
      count(tally, put.status === 200 ? "removed first" : "set first");
      expect((await send("GET", path)).status).toBe(put.status === 200 ? 200 : 404);
      const removals = await Promise.all(Array.from({ length: AT_ONCE }, () => send("DELETE", path)));
      expect(removals.filter(({ status }) => status === 200)).toHaveLength(put.status === 200 ? 1 : 0);
    }
    expect(tally).toEqual({ "removed first": expect.any(Number), "set first": expect.any(Number) });
  });
});
