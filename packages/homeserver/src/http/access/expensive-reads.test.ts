import { getPublicRooms, getTokenOwner, queryKeys } from "@patrix/client-api";
import { alice } from "../../../tests/alice.ts";
import { type FetchHandler, handle, serve } from "@patrix/server";
import { beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { mapErrors } from "../errors/map-errors.ts";
import { silentLogger } from "../logger.ts";
import { bounded } from "./expensive-reads.ts";
import type { Requester } from "./requester.ts";

/** Handlers that are under way, oldest first; each ends when it is called. */
let running: ((error?: Error) => void)[] = [];
let served: FetchHandler;
beforeEach(() => {
  running = [];
  const begin = (): Promise<void> =>
    new Promise((resolve, reject) => running.push((error) => (error === undefined ? resolve() : reject(error))));
  const registrations = [
    handle(queryKeys, async () => {
      await begin();
      return {};
    }),
    handle(getPublicRooms, async () => {
      await begin();
      return { chunk: [] };
    }),
    handle(getTokenOwner, async () => {
      await begin();
      return { user_id: "@alice:example.org" as const };
    }),
  ];
  served = serve<Requester>(bounded(registrations), {
    authenticate: ({ token }) => (token === undefined ? undefined : { ...alice, userId: token }),
    mapError: mapErrors(silentLogger),
  });
});

/** Asks for something expensive. @returns The status, once there is one. */
async function ask(userId: string): Promise<number> {
  const headers = { authorization: `Bearer ${userId}` };
  const request = new Request("http://x/_matrix/client/v3/keys/query", { method: "POST", headers, body: '{"device_keys":{}}' });
  return (await served(request)).status;
}
const askMany = (count: number, userId = "alice"): Promise<number>[] => Array.from({ length: count }, () => ask(userId));
/** Lets whatever may begin begin. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
}
async function endAll(): Promise<void> {
  for (await settle(); running.length > 0; await settle()) for (const end of running.splice(0)) end();
}
const atOnce = limits.expensiveReads.value;

describe("expensive requests of one caller", () => {
  it("run so many at once, and the others when those end, whether they fail or not", async () => {
    const answers = askMany(atOnce + 2);
    await settle();
    expect(running).toHaveLength(atOnce);
    running.shift()?.(new Error("a mistake"));
    await settle();
    expect(running).toHaveLength(atOnce);
    answers.push(ask("alice"));
    await settle();
    expect(running).toHaveLength(atOnce);
    await endAll();
    expect((await Promise.all(answers)).toSorted((a, b) => a - b)).toEqual([...Array.from({ length: atOnce + 2 }, () => 200), 500]);
  });

  it("begin in a turn of their own, so that what costs little comes before them", async () => {
    const answer = ask("alice");
    for (let step = 0; step < 1_000; step++) await Promise.resolve();
    expect(running).toHaveLength(0);
    await settle();
    expect(running).toHaveLength(1);
    await endAll();
    expect(await answer).toBe(200);
  });

  it("are refused where too many wait already, until fewer do", async () => {
    const answers = askMany(atOnce + limits.waitingReads.value);
    await settle();
    expect(await ask("alice")).toBe(429);
    running.shift()?.();
    await settle();
    const another = ask("alice");
    await endAll();
    expect(await another).toBe(200);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  });

  it("hold up nobody else, and nothing that costs little", async () => {
    const answers = askMany(atOnce);
    await settle();
    const cheap = served(new Request("http://x/_matrix/client/v3/account/whoami", { headers: { authorization: "Bearer alice" } }));
    answers.push(...askMany(1, "bob"));
    await settle();
    expect(running).toHaveLength(atOnce + 2);
    await endAll();
    expect((await cheap).status).toBe(200);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  });

  it("are those of one network where nobody is named", async () => {
    const list = async (clientAddress: string): Promise<number> =>
      (await served(new Request("http://x/_matrix/client/v3/publicRooms"), { clientAddress })).status;
    const answers = Array.from({ length: atOnce + 1 }, (_, i) => list(`2001:db8::${i}`));
    await settle();
    expect(running).toHaveLength(atOnce);
    answers.push(list("2001:db8:0:1::1"));
    await settle();
    expect(running).toHaveLength(atOnce + 1);
    await endAll();
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  });
});
