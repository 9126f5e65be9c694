import { type Endpoint, endpoint, intParam, type Model, model, obj, paramsModel } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { Direction } from "../message/direction.ts";
import { RoomPath } from "./room-path.ts";

/** Query parameters of {@link getEventByTimestamp}. */
export interface GetEventByTimestampQuery {
  /** Milliseconds since the Unix epoch. */
  ts: number;
  /** Whether to look after (`f`) or before (`b`) the time. */
  dir: Direction;
}

/** Checks a {@link GetEventByTimestampQuery}. */
export const GetEventByTimestampQuery: Model<GetEventByTimestampQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetEventByTimestampQuery>({ ts: intParam(), dir: Direction }),
);

/** Response of {@link getEventByTimestamp}. */
export interface GetEventByTimestampResponse {
  event_id: EventId;
  /** Milliseconds since the Unix epoch. */
  origin_server_ts: number;
}

/** Checks a {@link GetEventByTimestampResponse}. */
export const GetEventByTimestampResponse: Model<GetEventByTimestampResponse> = /* @__PURE__ */ model(() =>
  obj<GetEventByTimestampResponse>({ event_id: EventId, origin_server_ts: z.int() }),
);

/** Request of {@link getEventByTimestamp}. */
export interface GetEventByTimestampRequest {
  path: RoomPath;
  query: GetEventByTimestampQuery;
}

/**
 * Finds the event of a room that is closest to a point in time.
 *
 * `GET /_matrix/client/v1/rooms/{roomId}/timestamp_to_event` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidtimestamp_to_event}
 */
export const getEventByTimestamp: Endpoint<GetEventByTimestampRequest, GetEventByTimestampResponse> = /* @__PURE__ */ endpoint({
  id: "getEventByTimestamp",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc3030/rooms/{roomId}/timestamp_to_event", feature: "org.matrix.msc3030" }],
    stable: [{ since: "v1.6", path: "/_matrix/client/v1/rooms/{roomId}/timestamp_to_event" }],
  },
  errors: { 404: {} },
  path: RoomPath,
  query: GetEventByTimestampQuery,
  response: GetEventByTimestampResponse,
});
