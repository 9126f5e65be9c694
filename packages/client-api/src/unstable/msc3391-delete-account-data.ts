import { EmptyObject, type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of a piece of global account data. */
export interface DeleteAccountDataPath {
  userId: UserId;
  type: string;
}
/** Checks a {@link DeleteAccountDataPath}. */
export const DeleteAccountDataPath: Model<DeleteAccountDataPath> = /* @__PURE__ */ paramsModel(() =>
  obj<DeleteAccountDataPath>({ userId: UserId, type: z.string() }),
);

/** Request of {@link deleteAccountData}. */
export interface DeleteAccountDataRequest {
  path: DeleteAccountDataPath;
}

/**
 * Deletes a piece of global account data.
 *
 * `DELETE /_matrix/client/unstable/org.matrix.msc3391/user/{userId}/account_data/{type}` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3391}
 */
export const deleteAccountData: Endpoint<DeleteAccountDataRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deleteAccountData",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc3391/user/{userId}/account_data/{type}", feature: "org.matrix.msc3391" }],
  },
  path: DeleteAccountDataPath,
  response: EmptyObject,
});

/** Path variables of a piece of account data for a room. */
export interface DeleteAccountDataPerRoomPath extends DeleteAccountDataPath {
  roomId: RoomId;
}
/** Checks a {@link DeleteAccountDataPerRoomPath}. */
export const DeleteAccountDataPerRoomPath: Model<DeleteAccountDataPerRoomPath> = /* @__PURE__ */ paramsModel(() =>
  obj<DeleteAccountDataPerRoomPath>({ userId: UserId, roomId: RoomId, type: z.string() }),
);

/** Request of {@link deleteAccountDataPerRoom}. */
export interface DeleteAccountDataPerRoomRequest {
  path: DeleteAccountDataPerRoomPath;
}

/**
 * Deletes a piece of account data for a room.
 *
 * `DELETE /_matrix/client/unstable/org.matrix.msc3391/user/{userId}/rooms/{roomId}/account_data/{type}` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3391}
 */
export const deleteAccountDataPerRoom: Endpoint<DeleteAccountDataPerRoomRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deleteAccountDataPerRoom",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      {
        path: "/_matrix/client/unstable/org.matrix.msc3391/user/{userId}/rooms/{roomId}/account_data/{type}",
        feature: "org.matrix.msc3391",
      },
    ],
  },
  path: DeleteAccountDataPerRoomPath,
  response: EmptyObject,
});
