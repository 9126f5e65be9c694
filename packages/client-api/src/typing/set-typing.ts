import { EmptyObject, type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of {@link setTyping}. */
export interface SetTypingPath {
  userId: UserId;
  roomId: RoomId;
}

/** Checks a {@link SetTypingPath}. */
export const SetTypingPath: Model<SetTypingPath> = /* @__PURE__ */ paramsModel(() =>
  obj<SetTypingPath>({ userId: UserId, roomId: RoomId }),
);

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
  path: SetTypingPath;
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
  path: SetTypingPath,
  body: SetTypingBody,
  response: EmptyObject,
});
