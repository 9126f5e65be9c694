import { EmptyObject, type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomVisibility } from "../directory/room-visibility.ts";

/** Path variables of {@link updateAppserviceRoomDirectoryVisibility}. */
export interface UpdateAppserviceRoomDirectoryVisibilityPath {
  /** ID of the network, which the homeserver prefixes with the application service's. */
  networkId: string;
  roomId: RoomId;
}

/** Checks a {@link UpdateAppserviceRoomDirectoryVisibilityPath}. */
export const UpdateAppserviceRoomDirectoryVisibilityPath: Model<UpdateAppserviceRoomDirectoryVisibilityPath> = /* @__PURE__ */ paramsModel(
  () => obj<UpdateAppserviceRoomDirectoryVisibilityPath>({ networkId: z.string(), roomId: RoomId }),
);

/** Body of {@link updateAppserviceRoomDirectoryVisibility}. */
export interface UpdateAppserviceRoomDirectoryVisibilityBody {
  visibility: RoomVisibility;
}

/** Checks a {@link UpdateAppserviceRoomDirectoryVisibilityBody}. */
export const UpdateAppserviceRoomDirectoryVisibilityBody: Model<UpdateAppserviceRoomDirectoryVisibilityBody> = /* @__PURE__ */ model(() =>
  obj<UpdateAppserviceRoomDirectoryVisibilityBody>({ visibility: RoomVisibility }),
);

/** Request of {@link updateAppserviceRoomDirectoryVisibility}. */
export interface UpdateAppserviceRoomDirectoryVisibilityRequest {
  path: UpdateAppserviceRoomDirectoryVisibilityPath;
  body: UpdateAppserviceRoomDirectoryVisibilityBody;
}

/**
 * Lists a room in the directory of an application service's network, or takes it off.
 *
 * `PUT /_matrix/client/v3/directory/list/appservice/{networkId}/{roomId}` · application service token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directorylistappservicenetworkidroomid}
 */
export const updateAppserviceRoomDirectoryVisibility: Endpoint<UpdateAppserviceRoomDirectoryVisibilityRequest, EmptyObject> =
  /* @__PURE__ */ endpoint({
    id: "updateAppserviceRoomDirectoryVisibility",
    method: "PUT",
    auth: "appserviceToken",
    rateLimited: false,
    history: {
      stable: [
        { since: "r0.0.0", path: "/_matrix/client/r0/directory/list/appservice/{networkId}/{roomId}" },
        { since: "v1.1", path: "/_matrix/client/v3/directory/list/appservice/{networkId}/{roomId}" },
      ],
    },
    path: UpdateAppserviceRoomDirectoryVisibilityPath,
    body: UpdateAppserviceRoomDirectoryVisibilityBody,
    response: EmptyObject,
  });
