import type { GetThreadSubscriptionChangesResponse } from "@patrix/client-api/unstable";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { SubscriptionChange } from "./thread-subscriptions.ts";

/** Writes changes as answers and the extension of sliding sync have them. */
export function writeSubscriptionChanges(changes: readonly SubscriptionChange[]): Omit<GetThreadSubscriptionChangesResponse, "end"> {
  const [subscribed, unsubscribed]: [
    NonNullable<GetThreadSubscriptionChangesResponse["subscribed"]>,
    NonNullable<GetThreadSubscriptionChangesResponse["unsubscribed"]>,
  ] = [{}, {}];
  for (const { roomId, root_id: rootId, subscribed: isSubscribed, automatic, pos } of changes) {
    const [room, root] = [roomId as RoomId, rootId as EventId];
    if (isSubscribed === 1) (subscribed[room] ??= {})[root] = { automatic: automatic === 1, bump_stamp: pos };
    else (unsubscribed[room] ??= {})[root] = { bump_stamp: pos };
  }
  return { subscribed, unsubscribed };
}
