import { type EmptyObject, endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Response of {@link getJoinedRooms}. */
export interface GetJoinedRoomsResponse {
  joined_rooms: RoomId[];
}

/** Checks a {@link GetJoinedRoomsResponse}. */
export const GetJoinedRoomsResponse: Model<GetJoinedRoomsResponse> = /* @__PURE__ */ model(() =>
  obj<GetJoinedRoomsResponse>({ joined_rooms: independent(z.array(RoomId)) }),
);

/**
 * Lists the rooms that the user has joined.
 *
 * `GET /_matrix/client/v3/joined_rooms` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3joined_rooms}
 */
export const getJoinedRooms: Endpoint<EmptyObject, GetJoinedRoomsResponse> = /* @__PURE__ */ endpoint({
  id: "getJoinedRooms",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/joined_rooms" },
      { since: "v1.1", path: "/_matrix/client/v3/joined_rooms" },
    ],
  },
  response: GetJoinedRoomsResponse,
});
