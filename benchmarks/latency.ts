// How long /versions waits while one account asks for as much as it may.
import { Account } from "./latency/account.ts";
import { attacks, type Sizes } from "./latency/attacks.ts";
import { waitsOfOperations } from "./latency/every-operation.ts";
import { waitsDuring } from "./latency/probe.ts";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { startServer } from "./homeserver/server-process.ts";

const TARGET_MS = 50;
const FULL: Sizes = {
  messages: 1_000,
  publishedRooms: 500,
  polls: 4_000,
  patterns: 500,
  stateEvents: 2_000,
  accountData: 20,
  backupKeys: 15_000,
  atOnce: 40,
  items: 140_000,
};
const SMOKE: Sizes = {
  messages: 20,
  publishedRooms: 10,
  polls: 20,
  patterns: 200,
  stateEvents: 20,
  accountData: 2,
  backupKeys: 50,
  atOnce: 4,
  items: 10,
};

/** One account against everybody else. */
export const subject: Benchmark = {
  name: "latency",
  run: async ({ isSmoke }) => {
    // One account makes more rooms here than a person does in a day.
    await using server = await startServer({ settings: { daily_limits: { roomsPerDay: 100_000 } } });
    const account = await Account.register(server.url, "attacker");
    const idle = await waitsDuring(server.url, () => new Promise((resolve) => setTimeout(resolve, isSmoke ? 100 : 3_000)));
    const measurements: Measurement[] = [{ name: "nothing", value: idle.worstMs, unit: "ms" }];
    for (const { name, prepare, run } of await attacks(account, isSmoke ? SMOKE : FULL)) {
      await prepare?.();
      const begin = performance.now();
      const { worstMs, medianMs } = await waitsDuring(server.url, run);
      const took = `(median ${medianMs.toFixed(1)}, ${((performance.now() - begin) / 1_000).toFixed(1)} s in all)`;
      measurements.push({ name, value: worstMs, unit: `ms ${took}`, target: { atMost: TARGET_MS } });
    }
    const operations = await waitsOfOperations(server.url, isSmoke ? SMOKE : FULL);
    for (const { id, worstMs } of operations.slice(0, 5))
      measurements.push({ name: `4 × ${id}`, value: worstMs, unit: "ms", target: { atMost: TARGET_MS } });
    measurements.push({ name: "operations asked for", value: operations.length, unit: "" });
    measurements.push({ name: "resident memory after all", value: server.processes.rssMiB(), unit: "MiB" });
    return [
      {
        title: `the longest wait for /versions, while one account does (${server.isBuilt ? "built" : "from source"})`,
        timings: [],
        comparisons: [],
        measurements,
      },
    ];
  },
};
