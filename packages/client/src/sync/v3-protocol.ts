import { sync } from "@patrix/client-api";
import type { RequestSender } from "../http/http-client.ts";
import { syncFilter } from "./sync-filter.ts";
import { isSlidingPosition, type SyncProtocol } from "./sync-protocol.ts";

/** `GET /sync`: all rooms, from the first answer on. */
export function v3Protocol(http: RequestSender): SyncProtocol {
  return {
    async poll(since, timeout, options) {
      const query = { since, timeout, filter: syncFilter(since !== undefined), use_state_after: true };
      return { response: await http.send(sync, { query }, options) };
    },
    knows: (position) => !isSlidingPosition(position),
    renewed: () => undefined,
    gapEnd: (position) => position,
  };
}
