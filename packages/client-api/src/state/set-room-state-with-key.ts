import { AnyJsonObject, type Endpoint, endpoint, type JsonObject } from "@patrix/api";
import { EventIdResponse } from "../room/event-id-response.ts";
import { StateEventPath } from "./state-event-path.ts";

/** Request of {@link setRoomStateWithKey}. */
export interface SetRoomStateWithKeyRequest {
  path: StateEventPath;
  body: JsonObject;
}

/**
 * Sets the state of a room for a type and a state key.
 *
 * `PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidstateeventtypestatekey}
 */
export const setRoomStateWithKey: Endpoint<SetRoomStateWithKeyRequest, EventIdResponse> = /* @__PURE__ */ endpoint({
  id: "setRoomStateWithKey",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/state/{eventType}/{stateKey}" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}" },
    ],
  },
  errors: { 400: { errcodes: ["M_BAD_ALIAS", "M_INVALID_PARAM"] }, 403: { errcodes: ["M_INVITE_BLOCKED"] } },
  path: StateEventPath,
  body: AnyJsonObject,
  response: EventIdResponse,
});
