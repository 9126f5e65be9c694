import { endpoint, type Endpoint, independent, intParam, model, type Model, obj, type OpenEnum, openEnum, paramsModel } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import * as z from "zod/mini";
import { RoomPath } from "../room/room-path.ts";

/** Query parameters of {@link getThreadRoots}. */
export interface GetThreadRootsQuery {
  /** `participated` for threads that the user took part in. Default: `all`. */
  include?: OpenEnum<"all" | "participated"> | undefined;
  /** Greatest number of results. */
  limit?: number | undefined;
  from?: string | undefined;
}

/** Checks a {@link GetThreadRootsQuery}. */
export const GetThreadRootsQuery: Model<GetThreadRootsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetThreadRootsQuery>({
    include: z.optional(openEnum(["all", "participated"])),
    limit: z.optional(intParam()),
    from: z.optional(z.string()),
  }),
);

/** Response of {@link getThreadRoots}. */
export interface GetThreadRootsResponse {
  /** Thread roots, with their threads bundled. */
  chunk: ClientEvent[];
  /** Token of the next page; absent at the end. */
  next_batch?: string | undefined;
}

/** Checks a {@link GetThreadRootsResponse}. */
export const GetThreadRootsResponse: Model<GetThreadRootsResponse> = /* @__PURE__ */ model(() =>
  obj<GetThreadRootsResponse>({ chunk: independent(z.array(ClientEvent.schema)), next_batch: z.optional(z.string()) }),
);

/** Request of {@link getThreadRoots}. */
export interface GetThreadRootsRequest {
  path: RoomPath;
  query?: GetThreadRootsQuery | undefined;
}

/**
 * Lists the roots of the threads of a room, the most recently active first.
 *
 * `GET /_matrix/client/v1/rooms/{roomId}/threads` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidthreads}
 */
export const getThreadRoots: Endpoint<GetThreadRootsRequest, GetThreadRootsResponse> = /* @__PURE__ */ endpoint({
  id: "getThreadRoots",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc3856/rooms/{roomId}/threads" }],
    stable: [{ since: "v1.4", path: "/_matrix/client/v1/rooms/{roomId}/threads" }],
  },
  errors: { 400: {}, 403: {} },
  path: RoomPath,
  query: GetThreadRootsQuery,
  response: GetThreadRootsResponse,
});
