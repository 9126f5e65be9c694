import { endpoint, type Endpoint, independent, model, type Model } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import * as z from "zod/mini";
import { RoomPath } from "../room/room-path.ts";

/** Response of {@link getRoomState}. */
export type GetRoomStateResponse = ClientEvent[];

/** Checks a {@link GetRoomStateResponse}. */
export const GetRoomStateResponse: Model<GetRoomStateResponse> = /* @__PURE__ */ model(() => independent(z.array(ClientEvent.schema)));

/** Request of {@link getRoomState}. */
export interface GetRoomStateRequest {
  path: RoomPath;
}

/**
 * Lists the state events of a room.
 *
 * `GET /_matrix/client/v3/rooms/{roomId}/state` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstate}
 */
export const getRoomState: Endpoint<GetRoomStateRequest, GetRoomStateResponse> = /* @__PURE__ */ endpoint({
  id: "getRoomState",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/state" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/state" },
    ],
  },
  errors: { 403: {} },
  path: RoomPath,
  response: GetRoomStateResponse,
});
