import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../testing/index.ts";

let server: TestHomeserver;
let [alice, bob]: TestUser[] = [];
let room = "";
beforeAll(async () => {
  server = await testHomeserver();
  [alice, bob] = [await server.register("alice"), await server.register("bob")];
  room = await server.createRoom(alice, { preset: "public_chat" });
  await server.requestAs(bob, "POST", `/rooms/${room}/join`, {});
});
afterAll(() => server[Symbol.asyncDispose]());

/** What Alice hears of receipts and typing in the room. */
async function ephemeral(): Promise<readonly { readonly type: string; readonly content: object }[]> {
  const { body } = await server.requestAs<{
    rooms: { join: Record<string, { ephemeral?: { events: { type: string; content: object }[] } }> };
  }>(alice!, "GET", "/sync");
  return body.rooms.join[room]?.ephemeral?.events ?? [];
}

describe("a receipt", () => {
  it("names an event of the room, and as its thread another event or main", async () => {
    const sent = await server.requestAs<{ event_id: string }>(alice!, "PUT", `/rooms/${room}/send/m.room.message/1`, { body: "x" });
    const { event_id: event } = sent.body;
    const set = async (eventId: string, body: object): Promise<unknown> => {
      const answer = await server.requestAs(bob!, "POST", `/rooms/${room}/receipt/m.read/${eventId}`, body);
      return answer.status === 200 ? 200 : [answer.status, answer.body["errcode"]];
    };
    expect(await set(event, { thread_id: "thread" })).toEqual([400, "M_INVALID_PARAM"]);
    expect(await set("$unknown", {})).toEqual([404, "M_NOT_FOUND"]);
    expect(await ephemeral()).toEqual([]);
    expect([await set(event, { thread_id: "main" }), await set(event, { thread_id: event })]).toEqual([200, 200]);
    expect(await ephemeral()).toMatchObject([{ type: "m.receipt", content: { [event]: { "m.read": { [bob!.userId]: {} } } } }]);
  });
});

describe("receipts of one event", () => {
  it("are told as that for the whole room, where there is one: it says more than one for a thread", async () => {
    const sent = await server.requestAs<{ event_id: string }>(alice!, "PUT", `/rooms/${room}/send/m.room.message/2`, { body: "y" });
    const { event_id: event } = sent.body;
    for (const [user, threads] of [
      [alice, [undefined, "main"]],
      [bob, ["main", undefined]],
    ] as const)
      for (const thread_id of threads)
        await server.requestAs(user!, "POST", `/rooms/${room}/receipt/m.read/${event}`, thread_id === undefined ? {} : { thread_id });
    const told = (await ephemeral()).find(({ type }) => type === "m.receipt")?.content as Record<string, { "m.read": object }>;
    const whole = { ts: expect.any(Number) as number };
    expect(told[event]?.["m.read"]).toEqual({ [alice!.userId]: whole, [bob!.userId]: whole });
  });
});

describe("typing", () => {
  it("is told of oneself, and of nobody else", async () => {
    const type = async (userId: string, typing: boolean): Promise<number> =>
      (await server.requestAs(bob!, "PUT", `/rooms/${room}/typing/${userId}`, { typing })).status;
    expect([await type(alice!.userId, true), await type(bob!.userId, true)]).toEqual([403, 200]);
    expect(await ephemeral()).toContainEqual({ type: "m.typing", content: { user_ids: [bob!.userId] } });
    expect(await type(bob!.userId, false)).toBe(200);
    expect((await ephemeral()).filter((event) => event.type === "m.typing" && JSON.stringify(event).includes("bob"))).toEqual([]);
  });
});
