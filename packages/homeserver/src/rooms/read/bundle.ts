import type { StoredEvent } from "../timeline/stored-event.ts";

/** A thread as its root shows it. */
export interface ThreadBundle {
  /** The newest event that the user sees. */
  readonly latest: StoredEvent;
  readonly count: number;
  /** Whether the user has sent the root or an event of the thread. */
  readonly participated: boolean;
}

/** What is bundled with an event for one user. */
export interface Bundle {
  readonly edit: StoredEvent | undefined;
  readonly thread: ThreadBundle | undefined;
  /** The IDs of events that refer to it. */
  readonly references: readonly string[] | undefined;
}

/** What is bundled with events, by their IDs. */
export type Bundles = ReadonlyMap<string, Bundle>;

/** The events within bundles. */
export function bundledEvents(bundles: Bundles): StoredEvent[] {
  return [...bundles.values()].flatMap(({ edit, thread }) => [edit ?? [], thread?.latest ?? []].flat());
}
