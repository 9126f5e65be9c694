import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { EventId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RelationsQuery } from "./relations-query.ts";
import { RelationsResponse } from "./relations-response.ts";

/** Path variables of {@link getRelatingEventsWithRelTypeAndEventType}. */
export interface GetRelatingEventsWithRelTypeAndEventTypePath {
  roomId: RoomId;
  eventId: EventId;
  /** Relation type, such as `m.thread`. */
  relType: string;
  eventType: string;
}

/** Checks a {@link GetRelatingEventsWithRelTypeAndEventTypePath}. */
export const GetRelatingEventsWithRelTypeAndEventTypePath: Model<GetRelatingEventsWithRelTypeAndEventTypePath> =
  /* @__PURE__ */ paramsModel(() =>
    obj<GetRelatingEventsWithRelTypeAndEventTypePath>({ roomId: RoomId, eventId: EventId, relType: z.string(), eventType: z.string() }),
  );

/** Request of {@link getRelatingEventsWithRelTypeAndEventType}. */
export interface GetRelatingEventsWithRelTypeAndEventTypeRequest {
  path: GetRelatingEventsWithRelTypeAndEventTypePath;
  query?: RelationsQuery | undefined;
}

/**
 * Lists the events of one type that relate to an event in one way.
 *
 * `GET /_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}/{eventType}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltypeeventtype}
 */
export const getRelatingEventsWithRelTypeAndEventType: Endpoint<GetRelatingEventsWithRelTypeAndEventTypeRequest, RelationsResponse> =
  /* @__PURE__ */ endpoint({
    id: "getRelatingEventsWithRelTypeAndEventType",
    method: "GET",
    auth: "accessToken",
    rateLimited: false,
    history: {
      unstable: [{ path: "/_matrix/client/unstable/rooms/{roomId}/relations/{eventId}/{relType}/{eventType}" }],
      stable: [{ since: "v1.3", path: "/_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}/{eventType}" }],
    },
    errors: { 404: {} },
    path: GetRelatingEventsWithRelTypeAndEventTypePath,
    query: RelationsQuery,
    response: RelationsResponse,
  });
