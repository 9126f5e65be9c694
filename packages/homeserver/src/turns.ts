import { setImmediate } from "node:timers";

/** How long things are computed in one round of the event loop before it goes on to new requests, in milliseconds. */
const SLICE_MS = 4;

const waiting: (() => void)[] = [];
/** Asks for a microtask with less garbage than `queueMicrotask`, which keeps account of who has asked. */
const settled = Promise.resolve();
let sliceStartedMs = 0;

/**
 * Lets others have their turn once a slice of time is used up: between rooms, events, keys. All that takes long shares one slice in each
 * round of the event loop, so that new requests wait for one slice and not for one of each.
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

/** Waits for a turn: for what may take long from its beginning. Turns are given in the order in which they were asked for. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(startSlice);
  });
}

/** Whether anybody waits for a turn. */
export function isTurnAwaited(): boolean {
  return waiting.length > 0;
}

function startSlice(): void {
  sliceStartedMs = performance.now();
  giveTurn();
}

/** Gives one turn, and the next once all that it does without waiting for the world is done, as long as the slice lasts. */
function giveTurn(): void {
  const [next] = waiting;
  next?.();
  // A tick that a microtask asks for runs when no microtask is left.
  void settled.then(afterMicrotasks);
}

function afterMicrotasks(): void {
  process.nextTick(endTurn);
}

function endTurn(): void {
  waiting.shift();
  if (waiting.length === 0) return;
  if (performance.now() - sliceStartedMs < SLICE_MS) giveTurn();
  else setImmediate(startSlice);
}
