import type { AuthEvent, StateResErrorCode } from "@patrix/state-res";

/** An event as it is stored; whoever needs it reads it. */
export interface StoredJson {
  readonly eventId: string;
  readonly json: string;
  readonly isRejected: boolean;
}

/** What the thread is asked for: first what is in conflict, in pieces, and then the resolution, to which it answers. */
export type ResolutionRequest =
  /** Entries of one of the states: type, state key, event ID, and so on. */
  | { readonly kind: "state"; readonly state: number; readonly entries: readonly string[] }
  /** Events of the auth chain of one of the states. */
  | { readonly kind: "chain"; readonly state: number; readonly eventIds: readonly string[] }
  /** Events of the conflicted state subgraph. */
  | { readonly kind: "subgraph"; readonly eventIds: readonly string[] }
  | { readonly kind: "resolve"; readonly roomVersion: string; readonly states: number }
  /** The answer to `wanted`: events that are stored, and those that are not yet. */
  | { readonly kind: "events"; readonly events: readonly (StoredJson | AuthEvent)[] }
  /** The answer to `wanted` where they could not be read: the resolution ends. */
  | { readonly kind: "unavailable" }
  /** The answer to entries of the resolved state that are not the last. */
  | { readonly kind: "next" };

/** What the thread answers. */
export type ResolutionReply =
  | { readonly kind: "wanted"; readonly eventIds: readonly string[] }
  /** Entries of the resolved state: type, state key, event ID, and so on. */
  | { readonly kind: "resolved"; readonly entries: readonly string[]; readonly isLast: boolean }
  | { readonly kind: "refused"; readonly code: StateResErrorCode; readonly message: string; readonly eventIds: readonly string[] }
  | { readonly kind: "failed"; readonly error: unknown };

/** The most entries, or IDs, in one message: more would take long to copy. */
export const ENTRIES_AT_ONCE = 1_000;
/** The most events in one message: each may have 64 KiB. */
export const EVENTS_AT_ONCE = 200;

/** Divides a list into messages of so many; one that is empty makes none. */
export function* inPieces<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}
