/** How often something came out in which way. */
export type Tally = Record<string, number>;

/**
 * Does two things, the one first in every other round: in the first two rounds one wholly after the other, and then at the same
 * time, the second of them begun later and later.
 */
export async function race<A, B>(round: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  if (round === 0) return [await one(), await other()];
  if (round === 1) {
    const first = await other();
    return [await one(), first];
  }
  const distance = Math.floor(round / 2) - 1;
  if (round % 2 === 0) {
    const first = one();
    await turns(distance);
    return Promise.all([first, other()]);
  }
  const first = other();
  await turns(distance);
  return Promise.all([one(), first]);
}

/** Lets the event loop go round so many times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Counts an outcome. */
export function count(tally: Tally, outcome: string): void {
  tally[outcome] = (tally[outcome] ?? 0) + 1;
}
