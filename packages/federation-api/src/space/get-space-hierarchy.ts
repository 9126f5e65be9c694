import { boolParam, endpoint, type Endpoint, independent, model, type Model, obj, paramsModel } from "@patrix/api";
import { RoomSummary, SpaceHierarchyRoom } from "@patrix/client-api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "../event/room-path.ts";

/** Query parameters of {@link getSpaceHierarchy}. */
export interface GetSpaceHierarchyQuery {
  /** Whether to walk through suggested rooms only. Default: `false`. */
  suggested_only?: boolean | undefined;
}

/** Checks a {@link GetSpaceHierarchyQuery}. */
export const GetSpaceHierarchyQuery: Model<GetSpaceHierarchyQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetSpaceHierarchyQuery>({ suggested_only: z.optional(boolParam()) }),
);

/** Response of {@link getSpaceHierarchy}. */
export interface GetSpaceHierarchyResponse {
  /** The space itself. */
  room: SpaceHierarchyRoom;
  /** Rooms of the space that the calling server may see, without rooms under them. */
  children: RoomSummary[];
  /** Rooms of the space that the calling server may not see. */
  inaccessible_children: RoomId[];
}

/** Checks a {@link GetSpaceHierarchyResponse}. */
export const GetSpaceHierarchyResponse: Model<GetSpaceHierarchyResponse> = /* @__PURE__ */ model(() =>
  obj<GetSpaceHierarchyResponse>({
    room: SpaceHierarchyRoom.schema,
    children: independent(z.array(RoomSummary.schema)),
    inaccessible_children: independent(z.array(RoomId)),
  }),
);

/** Request of {@link getSpaceHierarchy}. */
export interface GetSpaceHierarchyRequest {
  path: RoomPath;
  query?: GetSpaceHierarchyQuery | undefined;
}

/**
 * Describes a space and the rooms directly in it, as far as the calling server may see them.
 *
 * `GET /_matrix/federation/v1/hierarchy/{roomId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1hierarchyroomid}
 */
export const getSpaceHierarchy: Endpoint<GetSpaceHierarchyRequest, GetSpaceHierarchyResponse> = /* @__PURE__ */ endpoint({
  id: "getSpaceHierarchy",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/federation/unstable/org.matrix.msc2946/hierarchy/{roomId}" }],
    stable: [{ since: "v1.2", path: "/_matrix/federation/v1/hierarchy/{roomId}" }],
  },
  errors: { 404: {} },
  path: RoomPath,
  query: GetSpaceHierarchyQuery,
  response: GetSpaceHierarchyResponse,
});
