import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { Tag } from "@patrix/events";
import { TagPath } from "./tag-path.ts";

/** Request of {@link setRoomTag}. */
export interface SetRoomTagRequest {
  path: TagPath;
  body?: Tag | undefined;
}

/**
 * Tags a room.
 *
 * `PUT /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidtagstag}
 */
export const setRoomTag: Endpoint<SetRoomTagRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setRoomTag",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/rooms/{roomId}/tags/{tag}" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}" },
    ],
  },
  path: TagPath,
  body: Tag,
  response: EmptyObject,
});
