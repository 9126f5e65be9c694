// A large state is read and sent in slices, and says the same as a small one.
import { expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { testHomeserver } from "../src/testing/index.ts";

interface StateEvent {
  readonly type: string;
  readonly state_key: string;
  readonly room_id: string;
}

it("sends every event of a state that is longer than a slice once, in order, and of the members those who are wanted", async () => {
  await using server = await testHomeserver();
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const room = await server.createRoom(alice);
  await server.requestAs(bob, "POST", `/rooms/${room}/join`, {});
  const count = limits.stateEventsInSlice.value * 2;
  for (let i = 0; i < count; i += 50)
    await Promise.all(
      Array.from({ length: 50 }, (_, j) => server.requestAs(alice, "PUT", `/rooms/${room}/state/org.example/${i + j}`, { n: i + j })),
    );
  const carol = await server.register("carol");
  await server.requestAs(carol, "POST", `/rooms/${room}/join`, {});
  const { body, headers } = await server.requestAs<StateEvent[]>(alice, "GET", `/rooms/${room}/state`);
  expect([headers.get("content-type"), headers.get("content-length")]).toEqual(["application/json", null]);
  const keys = body.filter(({ type }) => type === "org.example").map((event) => event.state_key);
  expect(new Set(keys).size).toBe(count);
  expect(keys).toHaveLength(count);
  expect([body[0]?.type, body.at(-1)?.state_key, new Set(body.map((event) => event.room_id))]).toEqual([
    "m.room.create",
    carol.userId,
    new Set([room]),
  ]);
  const peeked = await server.requestAs<{ readonly state: readonly StateEvent[]; readonly membership: string }>(
    alice,
    "GET",
    `/rooms/${room}/initialSync`,
  );
  expect([peeked.body.membership, peeked.body.state.length]).toEqual(["join", body.length]);
  await server.requestAs(bob, "POST", `/rooms/${room}/leave`, {});
  const members = async (query: string): Promise<string[]> => {
    const answer = await server.requestAs<{ readonly chunk: readonly StateEvent[] }>(alice, "GET", `/rooms/${room}/members${query}`);
    return answer.body.chunk.map((event) => event.state_key);
  };
  expect(await members("")).toEqual([alice.userId, carol.userId, bob.userId]);
  expect(await members("?membership=leave")).toEqual([bob.userId]);
  expect(await members("?membership=ban")).toEqual([]);
  const joined = await server.requestAs<{ readonly joined: object }>(alice, "GET", `/rooms/${room}/joined_members`);
  expect([joined.headers.get("content-length"), joined.body.joined]).toEqual([
    null,
    { [alice.userId]: { display_name: null, avatar_url: null }, [carol.userId]: { display_name: null, avatar_url: null } },
  ]);
});
