import { AnyJsonObject, type Endpoint, endpoint, type JsonObject } from "@patrix/api";
import { RoomAccountDataPath } from "./room-account-data-path.ts";

/** Request of {@link getAccountDataPerRoom}. */
export interface GetAccountDataPerRoomRequest {
  path: RoomAccountDataPath;
}

/**
 * Reads one piece of a user's account data for a room.
 *
 * `GET /_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidaccount_datatype}
 */
export const getAccountDataPerRoom: Endpoint<GetAccountDataPerRoomRequest, JsonObject> = /* @__PURE__ */ endpoint({
  id: "getAccountDataPerRoom",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/rooms/{roomId}/account_data/{type}" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}" },
    ],
  },
  errors: { 400: { errcodes: ["M_INVALID_PARAM"] }, 403: { errcodes: ["M_FORBIDDEN"] }, 404: { errcodes: ["M_NOT_FOUND"] } },
  path: RoomAccountDataPath,
  response: AnyJsonObject,
});
