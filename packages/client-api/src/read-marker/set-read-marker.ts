import { EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "../room/room-path.ts";

/** Body of {@link setReadMarker}. */
export interface SetReadMarkerBody {
  /** Where the user has read up to. */
  "m.fully_read"?: EventId | undefined;
  /** Also sends a public receipt. */
  "m.read"?: EventId | undefined;
  /** Also sends a receipt that only the user sees. */
  "m.read.private"?: EventId | undefined;
}

/** Checks a {@link SetReadMarkerBody}. */
export const SetReadMarkerBody: Model<SetReadMarkerBody> = /* @__PURE__ */ model(() =>
  obj<SetReadMarkerBody>({ "m.fully_read": z.optional(EventId), "m.read": z.optional(EventId), "m.read.private": z.optional(EventId) }),
);

/** Request of {@link setReadMarker}. */
export interface SetReadMarkerRequest {
  path: RoomPath;
  body?: SetReadMarkerBody | undefined;
}

/**
 * Moves the fully-read marker of a room, and the user's read receipts with it.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/read_markers` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidread_markers}
 */
export const setReadMarker: Endpoint<SetReadMarkerRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setReadMarker",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/read_markers" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/read_markers" },
    ],
  },
  path: RoomPath,
  body: SetReadMarkerBody,
  response: EmptyObject,
});
