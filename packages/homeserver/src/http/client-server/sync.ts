import { matrixError } from "@patrix/api";
import { sync as syncEndpoint } from "@patrix/client-api";
import { StateAfterQuery } from "@patrix/client-api/unstable";
import { handle, rawJson } from "@patrix/server";
import type { Registration } from "../registration.ts";
import { readPresenceState } from "./presence.ts";
import type { RoomServices } from "./room-services.ts";

/** The handler of `/sync`. */
export function syncHandlers({ sync, presence }: RoomServices): Registration[] {
  return [
    handle(syncEndpoint, async ({ query = {} }, { user, signal }) => {
      const { userNid, userId, deviceNid } = user;
      const { set_presence: says } = query;
      using _there = presence.syncing(userNid, readPresenceState(says ?? "online", "query parameter set_presence"), says !== undefined);
      const unstable = StateAfterQuery.safeParse(query);
      if (!unstable.ok) throw matrixError("M_INVALID_PARAM", "query parameter org.matrix.msc4222.use_state_after: expected true or false");
      return rawJson(await sync.sync({ userNid, userId, deviceNid }, { ...query, ...unstable.value }, signal));
    }),
  ];
}
