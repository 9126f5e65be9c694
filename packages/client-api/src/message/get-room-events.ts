import {
  endpoint,
  type Endpoint,
  independent,
  intParam,
  jsonParam,
  lenient,
  model,
  type Model,
  obj,
  paramsModel,
  whenMissing,
} from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import * as z from "zod/mini";
import { RoomEventFilter } from "../filter/room-event-filter.ts";
import { Direction } from "./direction.ts";
import { RoomPath } from "../room/room-path.ts";

/** Query parameters of {@link getRoomEvents}. */
export interface GetRoomEventsQuery {
  /** Token of the place to start from; the end that `dir` leads away from if absent. */
  from?: string | undefined;
  /** Token of the place to stop at. */
  to?: string | undefined;
  /** `b` for older events, `f` for newer ones. */
  dir: Direction;
  /** Greatest number of events. Default: 10. */
  limit?: number | undefined;
  /** Which events to return. */
  filter?: RoomEventFilter | undefined;
}

/** Checks a {@link GetRoomEventsQuery}. */
export const GetRoomEventsQuery: Model<GetRoomEventsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetRoomEventsQuery>({
    from: z.optional(z.string()),
    to: z.optional(z.string()),
    // Synapse takes a request without it for one of newer events.
    dir: lenient(Direction, "no-direction", whenMissing({ replacement: "f" })),
    limit: z.optional(intParam()),
    filter: z.optional(jsonParam(RoomEventFilter.schema)),
  }),
);

/** Response of {@link getRoomEvents}. */
export interface GetRoomEventsResponse {
  /** Token of the start of `chunk`. */
  start: string;
  /** Token of the next page; absent at the end. */
  end?: string | undefined;
  /** The newest first, with `dir=b`. */
  chunk: ClientEvent[];
  /** State that helps to show `chunk`, such as members. */
  state?: ClientEvent[] | undefined;
}

/** Checks a {@link GetRoomEventsResponse}. */
export const GetRoomEventsResponse: Model<GetRoomEventsResponse> = /* @__PURE__ */ model(() =>
  obj<GetRoomEventsResponse>({
    start: z.string(),
    end: z.optional(z.string()),
    chunk: independent(z.array(ClientEvent.schema)),
    state: z.optional(independent(z.array(ClientEvent.schema))),
  }),
);

/** Request of {@link getRoomEvents}. */
export interface GetRoomEventsRequest {
  path: RoomPath;
  query: GetRoomEventsQuery;
}

/**
 * Reads a page of a room's history.
 *
 * `GET /_matrix/client/v3/rooms/{roomId}/messages` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages}
 */
export const getRoomEvents: Endpoint<GetRoomEventsRequest, GetRoomEventsResponse> = /* @__PURE__ */ endpoint({
  id: "getRoomEvents",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/messages" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/messages" },
    ],
  },
  errors: { 403: {} },
  path: RoomPath,
  query: GetRoomEventsQuery,
  response: GetRoomEventsResponse,
});
