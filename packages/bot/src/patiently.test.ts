import { ClientError, type Logger, MatrixError, silentLogger } from "@patrix/client";
import { describe, expect, it } from "vitest";
import { patiently, type PatienceOptions } from "./patiently.ts";

const failures = {
  limited: (retryAfterMs: number) => new MatrixError(429, "M_LIMIT_EXCEEDED", "slow down", { retry_after_ms: retryAfterMs }),
  broken: () => new MatrixError(502, "M_UNKNOWN", "broken"),
  unreachable: () => new ClientError("NETWORK_ERROR", "no network"),
};

/** Fails so often, by turns; notes the pauses. */
function failing(errors: readonly Error[]): {
  task: () => Promise<string>;
  pauses: number[];
  options: PatienceOptions;
  warned: () => number;
} {
  const left = [...errors];
  const pauses: number[] = [];
  let warnings = 0;
  const logger: Logger = { ...silentLogger, warn: () => void (warnings += 1) };
  const task = async (): Promise<string> => {
    const error = left.shift();
    if (error) throw error;
    return "done";
  };
  const clock = { now: () => 0, sleep: async (ms: number) => void pauses.push(ms) };
  return { task, pauses, options: { clock, logger, what: "try" }, warned: () => warnings };
}

describe("patience", () => {
  it("waits as long as the server asks, and longer each time where it does not say", async () => {
    const { task, pauses, options, warned } = failing([
      failures.limited(60_000),
      failures.broken(),
      failures.unreachable(),
      failures.limited(10),
    ]);
    expect(await patiently(task, options)).toBe("done");
    expect([pauses, warned()]).toEqual([[60_000, 10_000, 20_000, 40_000], 4]);
  });

  it("waits an hour at most of its own accord", async () => {
    const { task, pauses, options } = failing(Array.from({ length: 30 }, failures.broken));
    await patiently(task, options);
    expect(pauses.at(-1)).toBe(3_600_000);
  });

  it("gives up at once what cannot pass, and what is not wanted any more", async () => {
    const refused = failing([new MatrixError(403, "M_FORBIDDEN", "no")]);
    await expect(patiently(refused.task, refused.options)).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    expect(refused.pauses).toEqual([]);
    const { task, options, pauses } = failing([failures.broken(), failures.broken()]);
    expect(await patiently(task, { ...options, isWanted: () => pauses.length < 1 })).toBeUndefined();
    expect(await patiently(task, { ...options, signal: AbortSignal.abort() })).toBeUndefined();
  });
});
