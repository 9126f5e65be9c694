import { endpoint, type Endpoint, independent, model, type Model, obj, paramsModel } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters of {@link getMutualRooms}. */
export interface GetMutualRoomsQuery {
  user_id: UserId;
  from?: string | undefined;
}

/** Checks a {@link GetMutualRoomsQuery}. */
export const GetMutualRoomsQuery: Model<GetMutualRoomsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetMutualRoomsQuery>({ user_id: UserId, from: z.optional(z.string()) }),
);

/** Response of {@link getMutualRooms}. */
export interface GetMutualRoomsResponse {
  /** Rooms that both have joined. */
  joined: RoomId[];
  /** Number of shared rooms on all pages. */
  count: number;
  /** Token of the next page; absent at the end. */
  next_batch?: string | undefined;
}

/** Checks a {@link GetMutualRoomsResponse}. */
export const GetMutualRoomsResponse: Model<GetMutualRoomsResponse> = /* @__PURE__ */ model(() =>
  obj<GetMutualRoomsResponse>({ joined: independent(z.array(RoomId)), count: z.int(), next_batch: z.optional(z.string()) }),
);

/** Request of {@link getMutualRooms}. */
export interface GetMutualRoomsRequest {
  query: GetMutualRoomsQuery;
}

/**
 * Lists the rooms that the caller shares with another user.
 *
 * `GET /_matrix/client/v1/mutual_rooms` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mutual_rooms}
 */
export const getMutualRooms: Endpoint<GetMutualRoomsRequest, GetMutualRoomsResponse> = /* @__PURE__ */ endpoint({
  id: "getMutualRooms",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/v1/mutual_rooms", feature: "uk.half-shot.msc2666.query_mutual_rooms.stable" }],
    stable: [{ since: "v1.19", path: "/_matrix/client/v1/mutual_rooms" }],
  },
  errors: { 400: {} },
  query: GetMutualRoomsQuery,
  response: GetMutualRoomsResponse,
});
