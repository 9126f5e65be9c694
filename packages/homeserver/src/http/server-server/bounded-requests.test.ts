import { getRoomState, getVersion, perspectivesKeyQuery, sendTransaction } from "@patrix/federation-api";
import { type FetchHandler, handle, serve } from "@patrix/server";
import { beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { defaultRateLimits, RateLimiter } from "../access/rate-limits.ts";
import { mapErrors } from "../errors/map-errors.ts";
import { silentLogger } from "../logger.ts";
import { admitServers, boundedByServer } from "./bounded-requests.ts";
import type { RequestingServer } from "./requesting-server.ts";

/** Handlers that are under way, oldest first; each ends when it is called. */
let running: (() => void)[] = [];
let served: FetchHandler;
const begin = (): Promise<void> => new Promise((resolve) => running.push(() => resolve()));
const registrations = boundedByServer([
  handle(getRoomState, async () => {
    await begin();
    return { pdus: [], auth_chain: [] };
  }),
  handle(sendTransaction, async () => {
    await begin();
    return { pdus: {} };
  }),
  handle(perspectivesKeyQuery, async () => {
    await begin();
    return { server_keys: [] };
  }),
  handle(getVersion, () => ({ server: { name: "Patrix", version: "1" } })),
]);
const authenticate = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): RequestingServer => ({
  origin: String(headers["authorization"]),
});
beforeEach(() => {
  running = [];
  served = serve<RequestingServer>(registrations, { authenticate, mapError: mapErrors(silentLogger) });
});

const federation = "http://x/_matrix/federation/v1";
const stateOf = async (origin: string): Promise<number> =>
  (await served(new Request(`${federation}/state/!r:x?event_id=$e`, { headers: { authorization: origin } }))).status;
const transactionOf = async (origin: string): Promise<number> => {
  const body = JSON.stringify({ origin, origin_server_ts: 1, pdus: [] });
  return (await served(new Request(`${federation}/send/1`, { method: "PUT", headers: { authorization: origin }, body }))).status;
};
const keysFor = async (clientAddress: string): Promise<number> =>
  (await served(new Request("http://x/_matrix/key/v2/query/b.example"), { clientAddress })).status;
const many = (count: number, ask: () => Promise<number>): Promise<number>[] => Array.from({ length: count }, ask);
/** Lets whatever may begin begin. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
}
async function endAll(): Promise<void> {
  for (await settle(); running.length > 0; await settle()) for (const end of running.splice(0)) end();
}

describe.each([
  ["expensiveServerReads", "waitingServerReads", "of a server, which name it", () => stateOf("one.example"), () => stateOf("two.example")],
  [
    "expensiveServerReads",
    "waitingServerReads",
    "of an address, which name nobody",
    () => keysFor("192.0.2.1"),
    () => keysFor("192.0.2.2"),
  ],
  [
    "serverTransactions",
    "waitingTransactions",
    "that are transactions of a server",
    () => transactionOf("one.example"),
    () => transactionOf("two.example"),
  ],
] as const)("%s, %s: requests %s", (atOnce, waiting, _, ask, askElse) => {
  it("run so many at once, wait, and are refused beyond that; nobody else is held up", async () => {
    const answers = many(limits[atOnce].value + limits[waiting].value, ask);
    await settle();
    expect(running).toHaveLength(limits[atOnce].value);
    expect(await ask()).toBe(429);
    const others = askElse();
    await settle();
    expect(running).toHaveLength(limits[atOnce].value + 1);
    expect((await served(new Request(`${federation}/version`))).status).toBe(200);
    await endAll();
    expect(await others).toBe(200);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  });
});

it("transactions of a server go on while it reads as much as it may, since one may need the other", async () => {
  const reads = many(limits.expensiveServerReads.value, () => stateOf("one.example"));
  await settle();
  const sent = transactionOf("one.example");
  await settle();
  expect(running).toHaveLength(limits.expensiveServerReads.value + 1);
  await endAll();
  expect(new Set(await Promise.all([...reads, sent]))).toEqual(new Set([200]));
});

it("what is expensive may be asked for so often by each server; what is not, as often as it likes", async () => {
  const limiter = new RateLimiter({ ...defaultRateLimits, server_read: { per_second: 1, burst: 2 } }, { now: () => 1_000 });
  served = serve<RequestingServer>(registrations, { authenticate, mapError: mapErrors(silentLogger), admit: admitServers(limiter) });
  const answers = many(3, () => stateOf("one.example"));
  answers.push(stateOf("two.example"), ...many(2, () => transactionOf("one.example")));
  await endAll();
  expect(await Promise.all(answers)).toEqual([200, 200, 429, 200, 200, 200]);
});
