import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { TagPath } from "./tag-path.ts";

/** Request of {@link deleteRoomTag}. */
export interface DeleteRoomTagRequest {
  path: TagPath;
}

/**
 * Removes a tag from a room.
 *
 * `DELETE /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3useruseridroomsroomidtagstag}
 */
export const deleteRoomTag: Endpoint<DeleteRoomTagRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deleteRoomTag",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/rooms/{roomId}/tags/{tag}" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}" },
    ],
  },
  path: TagPath,
  response: EmptyObject,
});
