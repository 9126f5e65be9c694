import { isJsonObject } from "@patrix/api";
import { type Core, shardOfUser } from "../../../log/core.ts";
import { lastCovered } from "../../../log/position.ts";
import { writeSubscriptionChanges } from "../../../rooms/threads/subscription-changes.ts";
import { subscriptionLimit, type ThreadSubscriptions } from "../../../rooms/threads/thread-subscriptions.ts";
import { formatTimelineToken, placeAfter } from "../../../rooms/timeline/place.ts";
import type { SlidingExtension } from "./extension.ts";

/**
 * The extension that tells which threads the user follows or follows no longer, the latest first. What is too much is asked for from
 * `prev_batch` on.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4308}
 */
export function followedThreads(core: Core, subscriptions: ThreadSubscriptions): SlidingExtension {
  return {
    names: ["io.element.msc4308.thread_subscriptions", "thread_subscriptions"],
    async read({ device: { userNid }, since, now }, config) {
      if (!isJsonObject(config) || config["enabled"] !== true) return undefined;
      const limit = typeof config["limit"] === "number" ? Math.max(1, config["limit"]) : undefined;
      const shard = shardOfUser(core, userNid);
      const span = { after: since ? lastCovered(since.positions, shard) : 0, upTo: lastCovered(now.positions, shard) };
      const { changes, next } = await subscriptions.changes(userNid, { ...span, limit: subscriptionLimit(limit) });
      if (changes.length === 0) return undefined;
      const more = next !== undefined && { prev_batch: formatTimelineToken(placeAfter(next)) };
      return { json: JSON.stringify({ ...writeSubscriptionChanges(changes), ...more }), hasNews: true };
    },
  };
}
