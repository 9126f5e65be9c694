import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { timerClock } from "./timer-clock.ts";

const run = promisify(execFile);
const file = JSON.stringify(fileURLToPath(new URL("timer-clock.ts", import.meta.url)));

describe("the clock with timers", () => {
  it("tells the time, and wakes after a while", async () => {
    const clock = timerClock();
    const before = clock.now();
    await clock.sleep(20);
    expect(clock.now() - before).toBeGreaterThanOrEqual(18);
  });

  it("ends a sleep with the reason of the signal, at once where it is aborted already", async () => {
    const clock = timerClock();
    const abort = new AbortController();
    const long = clock.sleep(1_000_000, abort.signal);
    abort.abort("enough");
    await expect(long).rejects.toBe("enough");
    await expect(clock.sleep(1, abort.signal)).rejects.toBe("enough");
    const forEver = new AbortController();
    const endless = clock.sleep(Infinity, forEver.signal);
    forEver.abort("over");
    await expect(endless).rejects.toBe("over");
  });

  it("keeps a process alive unless it is told otherwise", async () => {
    const program = (options: string): string =>
      `import { timerClock } from ${file}; timerClock(${options}).sleep(50).then(() => console.log("woke"));`;
    const outputOf = async (options: string): Promise<string> =>
      (await run(process.execPath, ["--input-type=module-typescript", "--eval", program(options)])).stdout.trim();
    expect([await outputOf(""), await outputOf("{ keepsAlive: false }")]).toEqual(["woke", ""]);
  });
});
