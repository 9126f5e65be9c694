import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import { EventId } from "@patrix/identifiers";

/** Path variables of {@link getOneEvent}. */
export interface GetOneEventPath {
  eventId: EventId;
}

/** Checks a {@link GetOneEventPath}. */
export const GetOneEventPath: Model<GetOneEventPath> = /* @__PURE__ */ paramsModel(() => obj<GetOneEventPath>({ eventId: EventId }));

/** Request of {@link getOneEvent}. */
export interface GetOneEventRequest {
  path: GetOneEventPath;
}

/**
 * Reads an event by its ID alone; replaced by {@link getOneRoomEvent}.
 *
 * `GET /_matrix/client/v3/events/{eventId}` · access token
 *
 * @deprecated Since r0.0.0.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3eventseventid}
 */
export const getOneEvent: Endpoint<GetOneEventRequest, ClientEvent> = /* @__PURE__ */ endpoint({
  id: "getOneEvent",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/events/{eventId}" },
      { since: "v1.1", path: "/_matrix/client/v3/events/{eventId}" },
    ],
    deprecated: "r0.0.0",
  },
  errors: { 404: {} },
  path: GetOneEventPath,
  response: ClientEvent,
});
