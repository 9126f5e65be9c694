import { AnyJsonObject, EmptyObject, type Endpoint, endpoint, type JsonObject } from "@patrix/api";
import { RoomAccountDataPath } from "./room-account-data-path.ts";

/** Request of {@link setAccountDataPerRoom}. */
export interface SetAccountDataPerRoomRequest {
  path: RoomAccountDataPath;
  body: JsonObject;
}

/**
 * Replaces one piece of a user's account data for a room.
 *
 * `PUT /_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidaccount_datatype}
 */
export const setAccountDataPerRoom: Endpoint<SetAccountDataPerRoomRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setAccountDataPerRoom",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/rooms/{roomId}/account_data/{type}" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}" },
    ],
  },
  errors: {
    400: { errcodes: ["M_BAD_JSON", "M_INVALID_PARAM", "M_NOT_JSON"] },
    403: { errcodes: ["M_FORBIDDEN"] },
    405: { errcodes: ["M_BAD_JSON"] },
  },
  path: RoomAccountDataPath,
  body: AnyJsonObject,
  response: EmptyObject,
});
