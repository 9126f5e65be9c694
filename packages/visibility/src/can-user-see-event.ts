import type { HistoryVisibility } from "./history-visibility.ts";
import { membershipsAround, visibilitiesAround, type VisibleEvent } from "./state-change.ts";

/** What the state of the room says about a user and an event. */
export interface UserSight {
  /** `history_visibility` of the room in the state before the event; `undefined` where the room has none. */
  readonly historyVisibility: unknown;
  /** `membership` of the user in the state before the event; `undefined` where there is none. */
  readonly membership: unknown;
  /** Whether the user joined the room at any point after the event, even if they have left it since. */
  readonly hasJoinedSince: boolean;
}

/**
 * Tells whether a user may see an event. Events that change the visibility, or the user's own membership, are seen if the
 * state before them or the state after them lets the user.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-behaviour-6}
 */
export function canUserSeeEvent(userId: string, event: VisibleEvent, sight: UserSight): boolean {
  const memberships = membershipsAround(event, userId, sight.membership);
  return visibilitiesAround(event, sight.historyVisibility).some((visibility) =>
    memberships.some((membership) => isVisible(visibility, membership, sight.hasJoinedSince)),
  );
}

/** @internal The rules for one visibility and one membership, in the order of the specification. */
export function isVisible(visibility: HistoryVisibility, membership: unknown, hasJoinedSince: boolean): boolean {
  if (visibility === "world_readable") return true;
  if (membership === "join") return true;
  if (visibility === "shared") return hasJoinedSince;
  return visibility === "invited" && membership === "invite";
}
