import { matrixError } from "@patrix/api";
import { sync as syncEndpoint } from "@patrix/client-api";
import { StateAfterQuery } from "@patrix/client-api/unstable";
import { handle, rawJson } from "@patrix/server";
import type { SyncQuery } from "../../sync/v3/sync.ts";
import type { Registration } from "../registration.ts";
import { readPresenceState } from "./presence.ts";
import type { RoomServices } from "./room-services.ts";

const USE_STATE_AFTER = "org.matrix.msc4222.use_state_after";

/** The handler of `/sync`. */
export function syncHandlers({ sync, presence }: RoomServices): Registration[] {
  return [
    handle(syncEndpoint, async ({ query = {} }, { user, signal }) => {
      const { userNid, userId, deviceNid } = user;
      const { set_presence: says } = query;
      using _there = presence.syncing(userNid, readPresenceState(says ?? "online", "query parameter set_presence"), says !== undefined);
      return rawJson(await sync.sync({ userNid, userId, deviceNid }, withUnstable(query), signal));
    }),
  ];
}

/** Adds what is asked for under the name that it has outside of the specification. */
function withUnstable(query: SyncQuery): SyncQuery {
  if (!(USE_STATE_AFTER in query)) return query;
  const unstable = StateAfterQuery.safeParse(query);
  if (!unstable.ok) throw matrixError("M_INVALID_PARAM", `query parameter ${USE_STATE_AFTER}: expected true or false`);
  return { ...query, ...unstable.value };
}
