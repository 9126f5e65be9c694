import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "./room-path.ts";

/** Body of {@link upgradeRoom}. */
export interface UpgradeRoomBody {
  /** Version of the new room. */
  new_version: string;
  /** Further creators of the new room, from room version 12 on. */
  additional_creators?: UserId[] | undefined;
}

/** Checks a {@link UpgradeRoomBody}. */
export const UpgradeRoomBody: Model<UpgradeRoomBody> = /* @__PURE__ */ model(() =>
  obj<UpgradeRoomBody>({ new_version: z.string(), additional_creators: z.optional(z.array(UserId)) }),
);

/** Response of {@link upgradeRoom}. */
export interface UpgradeRoomResponse {
  /** The new room. */
  replacement_room: RoomId;
}

/** Checks a {@link UpgradeRoomResponse}. */
export const UpgradeRoomResponse: Model<UpgradeRoomResponse> = /* @__PURE__ */ model(() =>
  obj<UpgradeRoomResponse>({ replacement_room: RoomId }),
);

/** Request of {@link upgradeRoom}. */
export interface UpgradeRoomRequest {
  path: RoomPath;
  body: UpgradeRoomBody;
}

/**
 * Replaces a room by a new one of another version.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/upgrade` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidupgrade}
 */
export const upgradeRoom: Endpoint<UpgradeRoomRequest, UpgradeRoomResponse> = /* @__PURE__ */ endpoint({
  id: "upgradeRoom",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/upgrade" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/upgrade" },
    ],
  },
  errors: { 400: {}, 403: {} },
  path: RoomPath,
  body: UpgradeRoomBody,
  response: UpgradeRoomResponse,
});
