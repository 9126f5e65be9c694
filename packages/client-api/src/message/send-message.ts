import { AnyJsonObject, type Endpoint, endpoint, type JsonObject, type Model, obj, paramsModel } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EventIdResponse } from "../room/event-id-response.ts";

/** Path variables of {@link sendMessage}. */
export interface SendMessagePath {
  roomId: RoomId;
  eventType: string;
  /** Unique for the session; the same one repeats the answer instead of the action. */
  txnId: string;
}

/** Checks a {@link SendMessagePath}. */
export const SendMessagePath: Model<SendMessagePath> = /* @__PURE__ */ paramsModel(() =>
  obj<SendMessagePath>({ roomId: RoomId, eventType: z.string(), txnId: z.string() }),
);

/** Request of {@link sendMessage}. */
export interface SendMessageRequest {
  path: SendMessagePath;
  body: JsonObject;
}

/**
 * Sends a message event to a room.
 *
 * `PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid}
 */
export const sendMessage: Endpoint<SendMessageRequest, EventIdResponse> = /* @__PURE__ */ endpoint({
  id: "sendMessage",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/send/{eventType}/{txnId}" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}" },
    ],
  },
  errors: { 400: { errcodes: ["M_DUPLICATE_ANNOTATION"] } },
  path: SendMessagePath,
  body: AnyJsonObject,
  response: EventIdResponse,
});
