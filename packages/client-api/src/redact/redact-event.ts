import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import { EventId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { ReasonBody } from "../room/reason-body.ts";

/** Path variables of {@link redactEvent}. */
export interface RedactEventPath {
  roomId: RoomId;
  eventId: EventId;
  /** Unique for the session; the same one repeats the answer instead of the action. */
  txnId: string;
}

/** Checks a {@link RedactEventPath}. */
export const RedactEventPath: Model<RedactEventPath> = /* @__PURE__ */ paramsModel(() =>
  obj<RedactEventPath>({ roomId: RoomId, eventId: EventId, txnId: z.string() }),
);

/** Response of {@link redactEvent}. */
export interface RedactEventResponse {
  /** The redaction event. */
  event_id?: EventId | undefined;
}

/** Checks a {@link RedactEventResponse}. */
export const RedactEventResponse: Model<RedactEventResponse> = /* @__PURE__ */ model(() =>
  obj<RedactEventResponse>({ event_id: z.optional(EventId) }),
);

/** Request of {@link redactEvent}. */
export interface RedactEventRequest {
  path: RedactEventPath;
  body?: ReasonBody | undefined;
}

/**
 * Strips an event of its content.
 *
 * `PUT /_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid}
 */
export const redactEvent: Endpoint<RedactEventRequest, RedactEventResponse> = /* @__PURE__ */ endpoint({
  id: "redactEvent",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/redact/{eventId}/{txnId}" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}" },
    ],
  },
  path: RedactEventPath,
  body: ReasonBody,
  response: RedactEventResponse,
});
