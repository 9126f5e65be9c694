import { EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { RoomUserPath } from "../account/room-user-path.ts";

/** Body of {@link setTyping}. */
export interface SetTypingBody {
  /** Whether the user is typing. */
  typing: boolean;
  /** How long that holds, in milliseconds. */
  timeout?: number | undefined;
}

/** Checks a {@link SetTypingBody}. */
export const SetTypingBody: Model<SetTypingBody> = /* @__PURE__ */ model(() =>
  obj<SetTypingBody>({ typing: z.boolean(), timeout: z.optional(z.int()) }),
);

/** Request of {@link setTyping}. */
export interface SetTypingRequest {
  path: RoomUserPath;
  body: SetTypingBody;
}

/**
 * Tells a room whether the user is typing.
 *
 * `PUT /_matrix/client/v3/rooms/{roomId}/typing/{userId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidtypinguserid}
 */
export const setTyping: Endpoint<SetTypingRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setTyping",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/typing/{userId}" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/typing/{userId}" },
    ],
  },
  path: RoomUserPath,
  body: SetTypingBody,
  response: EmptyObject,
});
