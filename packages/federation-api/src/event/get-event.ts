import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import { PduTransaction } from "./pdu-transaction.ts";

/** Path variables of {@link getEvent}. */
export interface GetEventPath {
  eventId: EventId;
}

/** Checks a {@link GetEventPath}. */
export const GetEventPath: Model<GetEventPath> = /* @__PURE__ */ paramsModel(() => obj<GetEventPath>({ eventId: EventId }));

/** Request of {@link getEvent}. */
export interface GetEventRequest {
  path: GetEventPath;
}

/**
 * Fetches one event.
 *
 * `GET /_matrix/federation/v1/event/{eventId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1eventeventid}
 */
export const getEvent: Endpoint<GetEventRequest, PduTransaction> = /* @__PURE__ */ endpoint({
  id: "getEvent",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/event/{eventId}" }] },
  path: GetEventPath,
  response: PduTransaction,
});
