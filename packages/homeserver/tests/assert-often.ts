import * as fc from "fast-check";
import { expect } from "vitest";

/** How often the whole is run until each kind of step has come often enough. */
const MAX_ROUNDS = 8;

/** What has to have happened in all runs of a property. */
export interface Wanted {
  /** How often each kind of step has succeeded so far; the property counts. */
  readonly counts: ReadonlyMap<string, number>;
  readonly minima: Readonly<Record<string, number>>;
  readonly numRuns: number;
}

/**
 * Asserts a property, and that each kind of step has succeeded often enough: one that meets refusals only would prove nothing. Chance alone may
 * leave out what is rare, so it runs on for a while.
 */
export async function assertOften<T extends [unknown, ...unknown[]]>(
  property: fc.IAsyncProperty<T>,
  { counts, minima, numRuns }: Wanted,
): Promise<void> {
  const rare = (): [string, number][] => Object.entries(minima).filter(([kind, minimum]) => (counts.get(kind) ?? 0) < minimum);
  for (let round = 0; round < MAX_ROUNDS && rare().length > 0; round++)
    await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? numRuns) });
  expect([rare(), Object.fromEntries(counts)]).toEqual([[], expect.anything()]);
}
