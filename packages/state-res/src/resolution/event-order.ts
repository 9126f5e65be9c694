import { compareCodePoints } from "@patrix/canonical-json";
import type { AuthEvent } from "../authorization/auth-event.ts";

/** @internal What decides the place of an event among others: a first number, then its time, then its ID. */
export interface SortKey {
  readonly node: number;
  readonly eventId: string;
  /** Sorts ascending: minus the sender's power level, or minus the mainline position. */
  readonly first: number;
  readonly originServerTs: number;
}

/** @internal Compares the numbers, then `origin_server_ts`, then the event IDs by code point. */
export function compareSortKeys(a: SortKey, b: SortKey): number {
  // Infinite levels and positions are equal to themselves, but their difference is no number.
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  if (a.originServerTs !== b.originServerTs) return a.originServerTs < b.originServerTs ? -1 : 1;
  return compareCodePoints(a.eventId, b.eventId);
}

/** @internal An event with what orders it among those it is in conflict with. */
export interface DepthOrdered {
  readonly event: AuthEvent;
  readonly depth: number;
  /** SHA-1 of the event ID, hexadecimal. */
  readonly hash: string;
}
