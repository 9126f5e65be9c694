import { endpoint, type Endpoint, independent, intParam, jsonParam, model, type Model, obj, paramsModel } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import * as z from "zod/mini";
import { RoomEventFilter } from "../filter/room-event-filter.ts";
import { RoomEventPath } from "../room/room-event-path.ts";

/** Query parameters of {@link getEventContext}. */
export interface GetEventContextQuery {
  /** Greatest number of events, before and after together. Default: 10. */
  limit?: number | undefined;
  /** Which events to return. */
  filter?: RoomEventFilter | undefined;
}

/** Checks a {@link GetEventContextQuery}. */
export const GetEventContextQuery: Model<GetEventContextQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetEventContextQuery>({ limit: z.optional(intParam()), filter: z.optional(jsonParam(RoomEventFilter.schema)) }),
);

/** Response of {@link getEventContext}. */
export interface GetEventContextResponse {
  /** Token of the start of `events_before`. */
  start?: string | undefined;
  /** Token of the end of `events_after`. */
  end?: string | undefined;
  /** The newest first. */
  events_before?: ClientEvent[] | undefined;
  event?: ClientEvent | undefined;
  /** The oldest first. */
  events_after?: ClientEvent[] | undefined;
  /** State of the room at the last event. */
  state?: ClientEvent[] | undefined;
}

/** Checks a {@link GetEventContextResponse}. */
export const GetEventContextResponse: Model<GetEventContextResponse> = /* @__PURE__ */ model(() =>
  obj<GetEventContextResponse>({
    start: z.optional(z.string()),
    end: z.optional(z.string()),
    events_before: z.optional(independent(z.array(ClientEvent.schema))),
    event: z.optional(ClientEvent.schema),
    events_after: z.optional(independent(z.array(ClientEvent.schema))),
    state: z.optional(independent(z.array(ClientEvent.schema))),
  }),
);

/** Request of {@link getEventContext}. */
export interface GetEventContextRequest {
  path: RoomEventPath;
  query?: GetEventContextQuery | undefined;
}

/**
 * Reads the events around an event, and the state at the last of them.
 *
 * `GET /_matrix/client/v3/rooms/{roomId}/context/{eventId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidcontexteventid}
 */
export const getEventContext: Endpoint<GetEventContextRequest, GetEventContextResponse> = /* @__PURE__ */ endpoint({
  id: "getEventContext",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/context/{eventId}" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/context/{eventId}" },
    ],
  },
  path: RoomEventPath,
  query: GetEventContextQuery,
  response: GetEventContextResponse,
});
