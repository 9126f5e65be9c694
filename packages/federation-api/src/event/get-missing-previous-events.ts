import { endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "./room-path.ts";
import { PduJson } from "../pdu-json.ts";

/** Body of {@link getMissingPreviousEvents}. */
export interface GetMissingPreviousEventsBody {
  /** Greatest number of events. Default: 10. */
  limit?: number | undefined;
  /** Smallest depth to return. Default: 0. */
  min_depth?: number | undefined;
  /** Events that are known; not returned. */
  earliest_events: EventId[];
  /** Events whose predecessors are wanted. */
  latest_events: EventId[];
}

/** Checks a {@link GetMissingPreviousEventsBody}. */
export const GetMissingPreviousEventsBody: Model<GetMissingPreviousEventsBody> = /* @__PURE__ */ model(() =>
  obj<GetMissingPreviousEventsBody>({
    limit: z.optional(z.int()),
    min_depth: z.optional(z.int()),
    earliest_events: z.array(EventId),
    latest_events: z.array(EventId),
  }),
);

/** Response of {@link getMissingPreviousEvents}. */
export interface GetMissingPreviousEventsResponse {
  events: PduJson[];
}

/** Checks a {@link GetMissingPreviousEventsResponse}. */
export const GetMissingPreviousEventsResponse: Model<GetMissingPreviousEventsResponse> = /* @__PURE__ */ model(() =>
  obj<GetMissingPreviousEventsResponse>({ events: independent(z.array(PduJson.schema)) }),
);

/** Request of {@link getMissingPreviousEvents}. */
export interface GetMissingPreviousEventsRequest {
  path: RoomPath;
  body: GetMissingPreviousEventsBody;
}

/**
 * Fetches the events between known ones and newer ones.
 *
 * `POST /_matrix/federation/v1/get_missing_events/{roomId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1get_missing_eventsroomid}
 */
export const getMissingPreviousEvents: Endpoint<GetMissingPreviousEventsRequest, GetMissingPreviousEventsResponse> =
  /* @__PURE__ */ endpoint({
    id: "getMissingPreviousEvents",
    method: "POST",
    auth: "signedRequest",
    rateLimited: false,
    history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/get_missing_events/{roomId}" }] },
    path: RoomPath,
    body: GetMissingPreviousEventsBody,
    response: GetMissingPreviousEventsResponse,
  });
