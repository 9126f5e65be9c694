import { sync as syncEndpoint } from "@patrix/client-api";
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
      return rawJson(await sync.sync({ userNid, userId, deviceNid }, query, signal));
    }),
  ];
}
