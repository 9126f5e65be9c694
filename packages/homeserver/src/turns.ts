import { setImmediate } from "node:timers";

/** How long one thing is computed before others get their turn, in milliseconds. */
const SLICE_MS = 8;

const waiting: (() => void)[] = [];
let sliceStartedMs = 0;

/**
 * Lets others have their turn once a slice of time is used up: between rooms, events, keys. Of everything that takes long, one thing
 * goes on in each round of the event loop, so that new requests wait for one slice and not for one of each.
 *
 * @returns Nothing to wait for while the slice lasts.
 * @example
 * for (const room of rooms) {
 *   const turn = turnIfDue();
 *   if (turn) await turn;
 *   describe(room);
 * }
 */
export function turnIfDue(): Promise<void> | undefined {
  return performance.now() - sliceStartedMs < SLICE_MS ? undefined : nextTurn();
}

/** Waits for a turn: for what may take long from its beginning. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(giveTurn);
  });
}

function giveTurn(): void {
  const [next] = waiting;
  sliceStartedMs = performance.now();
  next?.();
  // The rest of the slice runs as microtasks, before the loop goes round.
  waiting.shift();
  if (waiting.length > 0) setImmediate(giveTurn);
}
