import type { ProgramClock } from "@patrix/concurrency";

/** As `AbortSignal.timeout`, by the clock of the server: aborted with a `TimeoutError` after some milliseconds. */
export function timeoutSignal(clock: Pick<ProgramClock, "after">, ms: number): AbortSignal {
  const controller = new AbortController();
  clock.after(ms, () => controller.abort(new DOMException(`${ms} ms are over`, "TimeoutError")));
  return controller.signal;
}
