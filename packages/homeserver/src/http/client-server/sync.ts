import { sync as syncEndpoint } from "@patrix/client-api";
import { handle, rawJson } from "@patrix/server";
import type { Registration } from "../registration.ts";
import type { RoomServices } from "./room-services.ts";

/** The handler of `/sync`. */
export function syncHandlers({ sync }: RoomServices): Registration[] {
  return [
    handle(syncEndpoint, async ({ query = {} }, { user, signal }) => {
      const { userNid, userId, deviceNid } = user;
      return rawJson(await sync.sync({ userNid, userId, deviceNid }, query, signal));
    }),
  ];
}
