import { type Endpoint, endpoint, intParam, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { EventsChunk } from "./events-chunk.ts";

/** Query parameters of {@link getEvents}. */
export interface GetEventsQuery {
  /** Token to wait from. */
  from?: string | undefined;
  /** How long to wait, in milliseconds. */
  timeout?: number | undefined;
}

/** Checks a {@link GetEventsQuery}. */
export const GetEventsQuery: Model<GetEventsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetEventsQuery>({ from: z.optional(z.string()), timeout: z.optional(intParam()) }),
);

/** Request of {@link getEvents}. */
export interface GetEventsRequest {
  query?: GetEventsQuery | undefined;
}

/**
 * Waits for new events in the old stream; replaced by {@link sync}.
 *
 * `GET /_matrix/client/v3/events` · access token
 *
 * @deprecated Since r0.0.0.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events}
 */
export const getEvents: Endpoint<GetEventsRequest, EventsChunk> = /* @__PURE__ */ endpoint({
  id: "getEvents",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/events" },
      { since: "v1.1", path: "/_matrix/client/v3/events" },
    ],
    deprecated: "r0.0.0",
  },
  errors: { 400: {} },
  query: GetEventsQuery,
  response: EventsChunk,
});
