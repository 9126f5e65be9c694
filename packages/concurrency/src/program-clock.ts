import { type Clock, type ProgramClock, systemClock, type Timer } from "./clock.ts";
import { maxTimerMs, timerClock } from "./timer-clock.ts";

/**
 * The clock of a program on this machine.
 *
 * @param clock - What tells the time of day; where it can do all that a {@link ProgramClock} does, it is given back. Default: the machine's.
 * @example
 * const clock = programClock();
 * clock.after(5_000, () => console.log("five seconds later"));
 */
export function programClock(clock: Clock | ProgramClock = systemClock): ProgramClock {
  if ("after" in clock) return clock;
  const timers = timerClock({ keepsAlive: false });
  return { now: () => clock.now(), elapsed: () => performance.now(), sleep: (ms, signal) => timers.sleep(ms, signal), after, every };
}

function after(ms: number, run: () => void): Timer {
  if (ms > maxTimerMs) return afterStages(ms, run);
  const timer = setTimeout(run, ms);
  letGo(timer);
  return { cancel: () => clearTimeout(timer) };
}

/** The platform's timers do not take all that time at once. */
function afterStages(ms: number, run: () => void): Timer {
  let stage = after(maxTimerMs, () => (stage = after(ms - maxTimerMs, run)));
  return { cancel: () => stage.cancel() };
}

function every(ms: number, run: () => void): Timer {
  const timer = setInterval(run, Math.min(ms, maxTimerMs));
  letGo(timer);
  return { cancel: () => clearInterval(timer) };
}

/** Lets the process end while the timer runs, where there is one. */
function letGo(timer: unknown): void {
  // What a timer is differs from platform to platform.
  (timer as Partial<{ unref(): void }>).unref?.();
}
