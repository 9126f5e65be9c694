import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { EventId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RelationsQuery } from "./relations-query.ts";
import { RelationsResponse } from "./relations-response.ts";

/** Path variables of {@link getRelatingEventsWithRelType}. */
export interface GetRelatingEventsWithRelTypePath {
  roomId: RoomId;
  eventId: EventId;
  /** Relation type, such as `m.thread`. */
  relType: string;
}

/** Checks a {@link GetRelatingEventsWithRelTypePath}. */
export const GetRelatingEventsWithRelTypePath: Model<GetRelatingEventsWithRelTypePath> = /* @__PURE__ */ paramsModel(() =>
  obj<GetRelatingEventsWithRelTypePath>({ roomId: RoomId, eventId: EventId, relType: z.string() }),
);

/** Request of {@link getRelatingEventsWithRelType}. */
export interface GetRelatingEventsWithRelTypeRequest {
  path: GetRelatingEventsWithRelTypePath;
  query?: RelationsQuery | undefined;
}

/**
 * Lists the events that relate to an event in one way.
 *
 * `GET /_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltype}
 */
export const getRelatingEventsWithRelType: Endpoint<GetRelatingEventsWithRelTypeRequest, RelationsResponse> = /* @__PURE__ */ endpoint({
  id: "getRelatingEventsWithRelType",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/rooms/{roomId}/relations/{eventId}/{relType}" }],
    stable: [{ since: "v1.3", path: "/_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}" }],
  },
  errors: { 404: {} },
  path: GetRelatingEventsWithRelTypePath,
  query: RelationsQuery,
  response: RelationsResponse,
});
