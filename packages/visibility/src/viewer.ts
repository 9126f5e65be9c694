import type { RelatableEvent } from "./relatable-event.ts";

/** For whom aggregations are made. */
export interface Viewer {
  readonly userId: string;
  /** Users whose events the viewer does not want, by `m.ignored_user_list`. The viewer's own events always count. */
  readonly ignoredUserIds?: ReadonlySet<string> | undefined;
  /** Whether the viewer may see an event; default: every one. */
  readonly canSee?: ((event: RelatableEvent) => boolean) | undefined;
}

/** Whether an event counts in what the viewer gets. */
export function countsFor(viewer: Viewer, event: RelatableEvent): boolean {
  if (event.sender !== viewer.userId && viewer.ignoredUserIds?.has(event.sender) === true) return false;
  return viewer.canSee?.(event) ?? true;
}
