// A process of its own for each session that is measured.
import { setTimeout as sleep } from "node:timers/promises";
import { collectGarbage, costOf, cpuCostOf } from "../cost.ts";
import { answerJob } from "./child.ts";
import type { MeasuredAccount, MeasuredSession, MeasuredStore } from "./measured-session.ts";

/** What a session is to do. */
export interface SessionJob {
  readonly client: "ours" | "matrix-js-sdk";
  readonly account: MeasuredAccount;
  readonly store?: MeasuredStore | undefined;
  /** How many rooms there must be in the list. */
  readonly rooms: number;
  /** How long what goes on after the rooms are there gets to be done, in milliseconds. */
  readonly quietMs: number;
  /** Whether pauses are looked for, which takes some of the processor itself. */
  readonly watches?: boolean | undefined;
  /** How many messages it sends in place of being looked at. */
  readonly sends?: number | undefined;
}

/** What a session has cost. */
export interface SessionCost {
  /** Of the processor, until all that came is taken in and stored, and the room list is read. */
  readonly cpuMs: number;
  /** The longest time in which nothing else had a turn while it came, was taken in and stored, if that was looked for; in it other programs may have had the processor … */
  readonly pauseMs: number;
  /** … and the most that was computed in one go. */
  readonly busyMs: number;
  /** From the opening to the room list. */
  readonly listMs: number;
  /** From the start of the process to the room list. */
  readonly sinceStartMs: number;
  /** To make the room list and read all its names in one go, once the rooms are there. */
  readonly namesMs: number;
  /** What the session holds of the heap once garbage is collected. */
  readonly heapMiB: number;
  /** How far the process grew. */
  readonly peakMiB: number;
  readonly sendsPerSecond: number;
}

const MIB = 2 ** 20;

async function measure({ client, account, store, rooms, quietMs, watches = false, sends = 0 }: SessionJob): Promise<SessionCost> {
  const { openSession } =
    client === "ours" ? await import("./our-session.ts") : await import("../../conformance/outside/measured-session.ts");
  // What the platform loads for its first request is the same for both.
  await (await fetch(`${account.url}/_matrix/client/versions`)).text();
  collectGarbage();
  const before = process.memoryUsage();
  const importedMs = performance.now();
  let [startMs, sendsPerSecond] = [0, 0];
  let session: MeasuredSession | undefined;
  const start = async (): Promise<void> => {
    const begin = performance.now();
    session = await openSession(account, store);
    await session.start();
    startMs = performance.now() - begin;
    if (sends > 0) sendsPerSecond = (sends / (await session.sendAll(sends))) * 1_000;
    await sleep(quietMs);
  };
  const started = watches ? await costOf(start) : { ...(await cpuCostOf(start)), pauseMs: 0, busyMs: 0 };
  let names: readonly string[] = [];
  const listed = await cpuCostOf(async () => void (names = session?.names() ?? []));
  if (sends === 0 && (names.length !== rooms || names.includes(""))) throw new Error(`${client} lists ${names.length} rooms of ${rooms}`);
  const peakMiB = (process.resourceUsage().maxRSS * 1_024 - before.rss) / MIB;
  collectGarbage();
  const heapMiB = (process.memoryUsage().heapUsed - before.heapUsed) / MIB;
  await session?.close();
  const listMs = startMs + listed.ms;
  return {
    cpuMs: started.cpuMs + listed.cpuMs,
    pauseMs: started.pauseMs,
    busyMs: started.busyMs,
    listMs,
    sinceStartMs: importedMs + listMs,
    namesMs: listed.ms,
    heapMiB,
    peakMiB,
    sendsPerSecond,
  };
}

answerJob(measure);
