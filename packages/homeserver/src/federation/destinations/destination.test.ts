import { setImmediate as nextRound } from "node:timers/promises";
import { MatrixError, type JsonObject } from "@patrix/api";
import type { Edu } from "@patrix/events";
import { expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { Destination, type DestinationPorts, type OutboxItem } from "./destination.ts";

interface Sent {
  readonly txnId: string;
  readonly pdus: readonly JsonObject[];
  readonly edus: readonly Edu[];
}

/** A destination whose server answers as it is told. */
function destination({ missed = [] as number[], outbox = [] as OutboxItem[] } = {}) {
  const sent: Sent[] = [];
  const failures: unknown[] = [];
  const outboxFailures: unknown[] = [];
  const missedFailures: unknown[] = [];
  const reached: unknown[] = [];
  const pauses: number[] = [];
  const delivered: unknown[] = [];
  const idles: boolean[] = [];
  const reads: number[] = [];
  const stopped = new AbortController();
  const ports: DestinationPorts = {
    serverName: "a.example",
    clock: { now: () => 1 },
    client: {
      request: async (_server: string, _endpoint: unknown, request: unknown): Promise<never> => {
        const { path, body } = request as { path: { txnId: string }; body: { pdus: JsonObject[]; edus?: Edu[] } };
        sent.push({ txnId: path.txnId, pdus: body.pdus, edus: body.edus ?? [] });
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        return { pdus: {} } as never;
      },
    },
    pdus: async (nids) => nids.map((nid) => ({ nid })),
    outbox: async (after, limit) => {
      reads.push(after);
      if (outboxFailures.length > 0) throw outboxFailures.shift();
      return outbox.filter(({ nid }) => nid > after).slice(0, limit);
    },
    missed: async () => {
      if (missedFailures.length > 0) throw missedFailures.shift();
      return { eventNids: missed.splice(0, 100), hasMore: missed.length > 0 };
    },
    reached: (done) => {
      reached.push(done);
      const { outboxNid } = done;
      if (outboxNid !== undefined) outbox.splice(0, outbox.findIndex(({ nid }) => nid === outboxNid) + 1);
    },
    failed: () => {},
    delivered: (counts) => void delivered.push(counts),
    idle: () => void idles.push(made.isIdle),
    pause: async (ms) => void pauses.push(ms),
  };
  const made = new Destination("b.example", ports, stopped.signal);
  const idle = async (): Promise<void> => {
    for (let i = 0; i < 1_000 && !made.isIdle; i++) await nextRound();
    expect(made.isIdle).toBe(true);
  };
  return { made, delivered, idles, sent, failures, reached, pauses, reads, outboxFailures, missedFailures, idle };
}

const nidsOf = (sent: readonly Sent[]): unknown[] => sent.flatMap(({ pdus }) => pdus.map(({ nid }) => nid));
const typing = (room: string): Edu => ({ edu_type: "m.typing", content: { room_id: room } }) as unknown as Edu;

it("sends events in order, fifty in a transaction, and says how far the server has got", async () => {
  const { made, sent, reached, idle } = destination();
  for (let nid = 1; nid <= 120; nid++) made.offer(nid);
  await idle();
  expect(sent.map(({ pdus }) => pdus.length)).toEqual([50, 50, 20]);
  expect(nidsOf(sent)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
  expect(reached.at(-1)).toMatchObject({ eventNid: 120, isCaughtUp: true });
});

it("tells what was taken, what waits, and when nothing does", async () => {
  const { made, delivered, idles, failures, idle } = destination();
  failures.push(new TypeError("no connection"));
  made.offer(1);
  made.offerEphemeral("a", typing("!a:x"));
  expect(made.figures).toEqual({ server: "b.example", events: 1, edus: 1, isBehind: false, attempts: 0, retryTs: 0 });
  await idle();
  expect(delivered).toEqual([{ pdus: 1, edus: 1 }]);
  expect(idles).toEqual([true]);
  expect(made.figures).toMatchObject({ events: 0, edus: 0, attempts: 0, retryTs: 0 });
});

it("sends what fails again as it was, soon at first, and nothing overtakes it", async () => {
  const { made, sent, failures, pauses, idle } = destination();
  failures.push(new TypeError("no connection"), new MatrixError(500, "M_UNKNOWN", ""), new MatrixError(429, "M_LIMIT_EXCEEDED", ""));
  made.offer(1);
  await nextRound();
  made.offer(2);
  await idle();
  expect(new Set(sent.slice(0, 4).map(({ txnId }) => txnId)).size).toBe(1);
  expect(nidsOf(sent.slice(3))).toEqual([1, 2]);
  expect(pauses).toEqual([500, 1_000, 2_000]);
});

it("gives up what a server refuses, and goes on with the next", async () => {
  const { made, sent, failures, idle } = destination();
  failures.push(new MatrixError(400, "M_BAD_JSON", ""));
  made.offer(1);
  await idle();
  made.offer(2);
  await idle();
  expect(nidsOf(sent)).toEqual([1, 2]);
});

it("reads what the server has missed before what is new", async () => {
  const { made, sent, idle } = destination({ missed: [1, 2, 3] });
  made.offerOutbox();
  made.resume();
  made.offer(4);
  await idle();
  expect(nidsOf(sent)).toEqual([1, 2, 3]);
});

it("reads again what the server has missed where that failed", async () => {
  const { made, sent, missedFailures, idle } = destination({ missed: [1, 2] });
  missedFailures.push(new Error("the database does not answer"));
  made.resume();
  await idle();
  expect(nidsOf(sent)).toEqual([1, 2]);
});

it("keeps of what matters only now the newest, as many as there may be, and one of each kind", async () => {
  const { made, sent, idle } = destination();
  const most = limits.destinationEdus.value;
  made.offerEphemeral("same", typing("first"));
  made.offerEphemeral("same", typing("second"));
  for (let i = 0; i < most; i++) made.offerEphemeral(`${i}`, typing(`r${i}`));
  await idle();
  const rooms = sent.flatMap(({ edus }) => edus.map(({ content }) => (content as { room_id: string }).room_id));
  expect(rooms).toHaveLength(most);
  expect([rooms[0], rooms.at(-1)]).toEqual(["r0", `r${most - 1}`]);
});

it("sends what waits in the store in order, and takes it out when the server has it", async () => {
  const outbox = Array.from({ length: 150 }, (_, i) => ({ nid: i + 1, edu: typing(`${i}`) }));
  const { made, sent, reached, idle } = destination({ outbox });
  made.offerOutbox();
  await idle();
  expect(sent.map(({ edus }) => edus.length)).toEqual([100, 50]);
  expect(reached).toMatchObject([{ outboxNid: 100 }, { outboxNid: 150 }, {}]);
});

it("reads the store only where something waits there, and again where that failed or not all had room", async () => {
  const outbox: OutboxItem[] = [];
  const { made, sent, reads, outboxFailures, idle } = destination({ outbox });
  for (const nid of [1, 2]) {
    made.offer(nid);
    await idle();
  }
  expect([nidsOf(sent), reads]).toEqual([[1, 2], []]);
  outbox.push({ nid: 1, edu: typing("waits") });
  outboxFailures.push(new Error("the database does not answer"));
  made.offerOutbox();
  await idle();
  expect(sent.flatMap(({ edus }) => edus)).toEqual([typing("waits")]);
  // Each nearly fills a transaction.
  const text = "x".repeat(60_000);
  outbox.push(...Array.from({ length: 100 }, (_, i) => ({ nid: 10 + i, edu: typing(`${text}${i}`) })));
  made.offerOutbox();
  await idle();
  expect(sent.flatMap(({ edus }) => edus)).toHaveLength(101);
});
