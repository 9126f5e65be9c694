import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ProgramClock } from "./clock.ts";
import { programClock } from "./program-clock.ts";
import { maxTimerMs } from "./timer-clock.ts";

describe("the clock of a program", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("calls once, or again and again, until that is cancelled", () => {
    const calls: string[] = [];
    const clock = programClock();
    clock.after(10, () => calls.push("once"));
    clock.after(10, () => calls.push("never")).cancel();
    const timer = clock.every(25, () => calls.push("again"));
    vi.advanceTimersByTime(60);
    expect(calls).toEqual(["once", "again", "again"]);
    timer.cancel();
    vi.advanceTimersByTime(100);
    expect(calls).toHaveLength(3);
  });

  it("waits for longer than a timer of the platform can, and stops that in between", () => {
    const called = vi.fn();
    const clock = programClock();
    clock.after(maxTimerMs * 2.5, called);
    const dropped = clock.after(maxTimerMs * 2.5, called);
    vi.advanceTimersByTime(maxTimerMs * 1.5);
    dropped.cancel();
    vi.advanceTimersByTime(maxTimerMs * 1.5);
    expect(called).toHaveBeenCalledOnce();
  });

  it("takes the time of day from another one, and all else from the machine", () => {
    const clock = programClock({ now: () => 7 });
    const before = clock.elapsed();
    vi.advanceTimersByTime(30);
    expect([clock.now(), clock.elapsed() - before]).toEqual([7, 30]);
  });

  it("is the given one where that has timers", () => {
    const own: ProgramClock = programClock();
    expect(programClock(own)).toBe(own);
  });
});

it("nothing that waits by the clock of a program keeps a process alive", async () => {
  const file = JSON.stringify(fileURLToPath(new URL("program-clock.ts", import.meta.url)));
  const program = `import { programClock } from ${file}; const clock = programClock();
    clock.after(60_000, () => {}); clock.every(60_000, () => {}); clock.after(1e12, () => {}); void clock.sleep(60_000); console.log("over");`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module-typescript", "--eval", program], {
    timeout: 20_000,
  });
  expect(stdout.trim()).toBe("over");
});
