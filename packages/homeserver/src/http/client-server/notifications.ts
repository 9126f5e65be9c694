import { matrixError } from "@patrix/api";
import { getNotifications } from "@patrix/client-api";
import { handle, rawJson } from "@patrix/server";
import { limits } from "../../limits.ts";
import type { Notifications } from "../../push/notifications.ts";
import type { Registration } from "../registration.ts";

/** How many notifications a page has if the client does not say. */
const DEFAULT_LIMIT = 20;

/** The handler that lists what a user was notified of. */
export function notificationHandlers(notifications: Pick<Notifications, "list">): Registration[] {
  return [
    handle(getNotifications, async ({ query = {} }, { user }) => {
      const { from, limit = DEFAULT_LIMIT, only } = query;
      if (limit < 1) throw matrixError("M_INVALID_PARAM", "query parameter limit: expected at least 1");
      const page = await notifications.list({
        viewer: user,
        before: from === undefined ? Number.MAX_SAFE_INTEGER : readToken(from),
        limit: Math.min(limit, limits.notificationsPage.value),
        highlightsOnly: only === "highlight",
      });
      const next = page.next === undefined ? "" : `"next_token":"${formatToken(page.next)}",`;
      return rawJson(`{${next}"notifications":[${page.notifications.join(",")}]}`);
    }),
  ];
}

/** Formats where a page ended: `n` and a base-36 number. Clients must not look inside. */
function formatToken(nid: number): string {
  return `n${nid.toString(36)}`;
}

function readToken(text: string): number {
  const nid = /^n[0-9a-z]{1,11}$/.test(text) ? Number.parseInt(text.slice(1), 36) : Number.NaN;
  if (!Number.isSafeInteger(nid)) throw matrixError("M_INVALID_PARAM", "query parameter from: not a token of this server");
  return nid;
}
