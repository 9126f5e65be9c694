import { type Endpoint, endpoint, intParam, type Model, obj, paramsModel } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EventsChunk } from "./events-chunk.ts";

/** Query parameters of {@link peekEvents}. */
export interface PeekEventsQuery {
  /** Token to wait from. */
  from?: string | undefined;
  /** How long to wait, in milliseconds. */
  timeout?: number | undefined;
  /** The room to listen to. */
  room_id: RoomId;
}

/** Checks a {@link PeekEventsQuery}. */
export const PeekEventsQuery: Model<PeekEventsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<PeekEventsQuery>({ from: z.optional(z.string()), timeout: z.optional(intParam()), room_id: RoomId }),
);

/** Request of {@link peekEvents}. */
export interface PeekEventsRequest {
  query: PeekEventsQuery;
}

/**
 * Waits for new events in one room, which the user need not have joined.
 *
 * `GET /_matrix/client/v3/events` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events}
 */
export const peekEvents: Endpoint<PeekEventsRequest, EventsChunk> = /* @__PURE__ */ endpoint({
  id: "peekEvents",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/events" },
      { since: "v1.1", path: "/_matrix/client/v3/events" },
    ],
  },
  errors: { 400: {} },
  query: PeekEventsQuery,
  response: EventsChunk,
});
