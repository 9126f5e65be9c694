import type { ProgramClock } from "@patrix/concurrency";

/** Tells a clock of tests of work that takes the machine's time; gives the work back. */
export function held<T>({ hold }: Pick<ProgramClock, "hold">, work: Promise<T>): Promise<T> {
  return hold ? hold(work) : work;
}
