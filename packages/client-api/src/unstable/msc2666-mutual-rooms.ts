import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters of {@link getUnstableMutualRooms}. */
export interface GetUnstableMutualRoomsQuery {
  user_id: UserId;
  /** Token of the page. */
  batch_token?: string | undefined;
}
/** Checks a {@link GetUnstableMutualRoomsQuery}. */
export const GetUnstableMutualRoomsQuery: Model<GetUnstableMutualRoomsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetUnstableMutualRoomsQuery>({ user_id: UserId, batch_token: z.optional(z.string()) }),
);

/** Response of {@link getUnstableMutualRooms}. */
export interface GetUnstableMutualRoomsResponse {
  /** Rooms that both have joined. */
  joined: RoomId[];
  /** Token of the next page; absent at the end. */
  next_batch_token?: string | undefined;
}
/** Checks a {@link GetUnstableMutualRoomsResponse}. */
export const GetUnstableMutualRoomsResponse: Model<GetUnstableMutualRoomsResponse> = /* @__PURE__ */ model(() =>
  obj<GetUnstableMutualRoomsResponse>({ joined: z.array(RoomId), next_batch_token: z.optional(z.string()) }),
);

/** Request of {@link getUnstableMutualRooms}. */
export interface GetUnstableMutualRoomsRequest {
  query: GetUnstableMutualRoomsQuery;
}

/**
 * Lists the rooms that the caller shares with another user; see {@link getMutualRooms} for what it became.
 *
 * `GET /_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/2666}
 */
export const getUnstableMutualRooms: Endpoint<GetUnstableMutualRoomsRequest, GetUnstableMutualRoomsResponse> = /* @__PURE__ */ endpoint({
  id: "getUnstableMutualRooms",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      { path: "/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms", feature: "uk.half-shot.msc2666.query_mutual_rooms" },
    ],
  },
  query: GetUnstableMutualRoomsQuery,
  response: GetUnstableMutualRoomsResponse,
});
