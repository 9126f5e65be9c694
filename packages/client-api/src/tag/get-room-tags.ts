import { endpoint, type Endpoint, independent, model, type Model, obj, record } from "@patrix/api";
import * as z from "zod/mini";
import { RoomUserPath } from "../account/room-user-path.ts";
import { Tag } from "@patrix/events";

/** Response of {@link getRoomTags}. */
export interface GetRoomTagsResponse {
  /** By name. */
  tags?: Record<string, Tag> | undefined;
}

/** Checks a {@link GetRoomTagsResponse}. */
export const GetRoomTagsResponse: Model<GetRoomTagsResponse> = /* @__PURE__ */ model(() =>
  obj<GetRoomTagsResponse>({ tags: z.optional(independent(record(z.string(), Tag.schema))) }),
);

/** Request of {@link getRoomTags}. */
export interface GetRoomTagsRequest {
  path: RoomUserPath;
}

/**
 * Lists the tags of a room.
 *
 * `GET /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidtags}
 */
export const getRoomTags: Endpoint<GetRoomTagsRequest, GetRoomTagsResponse> = /* @__PURE__ */ endpoint({
  id: "getRoomTags",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/rooms/{roomId}/tags" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/rooms/{roomId}/tags" },
    ],
  },
  path: RoomUserPath,
  response: GetRoomTagsResponse,
});
