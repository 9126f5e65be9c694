import { matrixError } from "@patrix/api";
import { pingAppservice, updateAppserviceRoomDirectoryVisibility } from "@patrix/client-api";
import type { Clock } from "@patrix/concurrency";
import { handle } from "@patrix/server";
import type { AppserviceStreams } from "../../appservice/appservice-streams.ts";
import type { NetworkRooms } from "../../appservice/network-rooms.ts";
import { pingService } from "../../appservice/ping-appservice.ts";
import { requireWithin } from "../../errors.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { requireAppservice } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

/** What the handlers that only application services call work with. */
export interface AppserviceServices {
  readonly rooms: Rooms;
  readonly streams: AppserviceStreams;
  readonly networkRooms: NetworkRooms;
  readonly clock: Clock;
}

/**
 * The handlers that only application services call.
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#client-server-api-extensions}
 */
export function appserviceHandlers({ rooms, streams, networkRooms, clock }: AppserviceServices): Registration[] {
  return [
    handle(pingAppservice, async ({ path, body = {} }, { user }) => {
      const service = requireAppservice(user);
      if (service.registration.id !== path.appserviceId)
        throw matrixError("M_FORBIDDEN", "path variable appserviceId: the token is that of another application service");
      requireWithin("transactionIdLength", body.transaction_id?.length ?? 0, "transaction_id");
      return { duration_ms: await pingService(service, body.transaction_id, clock) };
    }),
    handle(updateAppserviceRoomDirectoryVisibility, async ({ path, body }, { user }) => {
      const service = requireAppservice(user);
      const room = rooms.get(path.roomId);
      // What a room shows in a directory is for those to say who are in it.
      if (!(await streams.interestOf(service).inRoom(room.nid)))
        throw matrixError("M_FORBIDDEN", "path variable roomId: the room does not concern the application service");
      await networkRooms.set(service, path.networkId, { roomNid: room.nid, isListed: body.visibility !== "private" });
      return {};
    }),
  ];
}
