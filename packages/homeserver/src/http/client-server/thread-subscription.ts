import { matrixError } from "@patrix/api";
import {
  getThreadSubscription,
  getThreadSubscriptionChanges,
  subscribeThread,
  type ThreadSubscriptionPath,
  unsubscribeThread,
} from "@patrix/client-api/unstable";
import { handle } from "@patrix/server";
import type { Core } from "../../log/core.ts";
import { shardOfUser } from "../../log/core.ts";
import { lastCovered, type Position } from "../../log/position.ts";
import { writeSubscriptionChanges } from "../../rooms/threads/subscription-changes.ts";
import { subscriptionLimit, type ThreadKey, type ThreadSubscriptions } from "../../rooms/threads/thread-subscriptions.ts";
import { formatTimelineToken, placeAfter } from "../../rooms/timeline/place.ts";
import { readPlace } from "../../sync/sync-token.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

/** What subscriptions to threads are served with. */
export interface ThreadSubscriptionServices {
  readonly core: Core;
  readonly threadSubscriptions: ThreadSubscriptions;
}

/** Handlers with which users follow threads. */
export function threadSubscriptionHandlers({ core, threadSubscriptions }: ThreadSubscriptionServices): Registration[] {
  /** Reads a token of changes, or any of a sync: both stand for a position of the log. */
  const read = ({ userNid }: Requester, name: string, token: string): Position =>
    readPlace(core, `query parameter ${name}`, token, shardOfUser(core, userNid));
  return [
    handle(getThreadSubscription, ({ path }, { user }) => threadSubscriptions.read(user.userNid, keyOf(path))),
    handle(subscribeThread, async ({ path, body }, { user }) => {
      await threadSubscriptions.subscribe(user.userNid, keyOf(path), body?.automatic);
      return {};
    }),
    handle(unsubscribeThread, async ({ path }, { user }) => {
      await threadSubscriptions.unsubscribe(user.userNid, keyOf(path));
      return {};
    }),
    handle(getThreadSubscriptionChanges, async ({ query }, { user }) => {
      if (query.limit !== undefined && query.limit < 1) throw matrixError("M_INVALID_PARAM", "query parameter limit: expected at least 1");
      const newest = lastCovered(core.log.committed, shardOfUser(core, user.userNid));
      const span = {
        after: query.to === undefined ? 0 : read(user, "to", query.to),
        upTo: query.from === undefined ? newest : read(user, "from", query.from),
        limit: subscriptionLimit(query.limit),
      };
      const { changes, next } = await threadSubscriptions.changes(user.userNid, span);
      return { ...writeSubscriptionChanges(changes), ...(next !== undefined && { end: formatTimelineToken(placeAfter(next)) }) };
    }),
  ];
}

function keyOf({ roomId, threadRoot }: ThreadSubscriptionPath): ThreadKey {
  return { roomId, rootId: threadRoot };
}
