import { type Endpoint, endpoint, intParam, type Model, model, obj, paramsModel } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "./room-path.ts";

/** Query parameters of {@link getEventByTimestamp}. */
export interface GetEventByTimestampQuery {
  /** Milliseconds since the Unix epoch. */
  ts: number;
  /** Whether to look after (`f`) or before (`b`) the time. */
  dir: "b" | "f";
}

/** Checks a {@link GetEventByTimestampQuery}. */
export const GetEventByTimestampQuery: Model<GetEventByTimestampQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetEventByTimestampQuery>({ ts: intParam(), dir: z.enum(["b", "f"]) }),
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
 * `GET /_matrix/federation/v1/timestamp_to_event/{roomId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1timestamp_to_eventroomid}
 */
export const getEventByTimestamp: Endpoint<GetEventByTimestampRequest, GetEventByTimestampResponse> = /* @__PURE__ */ endpoint({
  id: "getEventByTimestamp",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/federation/unstable/org.matrix.msc3030/timestamp_to_event/{roomId}" }],
    stable: [{ since: "v1.6", path: "/_matrix/federation/v1/timestamp_to_event/{roomId}" }],
  },
  errors: { 404: {} },
  path: RoomPath,
  query: GetEventByTimestampQuery,
  response: GetEventByTimestampResponse,
});
