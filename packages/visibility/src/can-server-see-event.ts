import { isVisible } from "./can-user-see-event.ts";
import { membershipsAround, visibilitiesAround, type VisibleEvent } from "./state-change.ts";

/** What the state of the room says about the users of a server and an event. */
export interface ServerSight {
  /** `history_visibility` of the room in the state before the event; `undefined` where the room has none. */
  readonly historyVisibility: unknown;
  /** `membership` in the state before the event of each user of the server that has one, by user ID. */
  readonly memberships: ReadonlyMap<string, unknown>;
  /** Whether any user of the server joined the room at any point after the event. */
  readonly hasJoinedSince: boolean;
}

/**
 * Tells whether a server may be given an event: if it is for everyone, or one of the server's users may see it.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility}
 */
export function canServerSeeEvent(server: string, event: VisibleEvent, sight: ServerSight): boolean {
  const visibilities = visibilitiesAround(event, sight.historyVisibility);
  const sees = (membership: unknown): boolean => visibilities.some((visibility) => isVisible(visibility, membership, sight.hasJoinedSince));
  if (sees(undefined)) return true;
  for (const [userId, membership] of sight.memberships) {
    if (isUserOf(server, userId) && sees(membership)) return true;
  }
  return membershipAfter(server, event).some(sees);
}

/** The membership that the event gives to a user of the server, who may have had none before. */
function membershipAfter(server: string, event: VisibleEvent): readonly unknown[] {
  const { state_key: userId } = event;
  return userId !== undefined && isUserOf(server, userId) ? membershipsAround(event, userId, undefined) : [];
}

function isUserOf(server: string, userId: string): boolean {
  const colon = userId.indexOf(":");
  return colon > 0 && userId.slice(colon + 1) === server;
}
