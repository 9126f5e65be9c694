import { boolParam, endpoint, type Endpoint, independent, intParam, model, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { RoomPath } from "../room/room-path.ts";
import { SpaceHierarchyRoom } from "./space-hierarchy-room.ts";

/** Query parameters of {@link getSpaceHierarchy}. */
export interface GetSpaceHierarchyQuery {
  /** Whether to walk through suggested rooms only. Default: `false`. */
  suggested_only?: boolean | undefined;
  /** Greatest number of results. */
  limit?: number | undefined;
  /** How far to go down; as far as the server goes if absent. */
  max_depth?: number | undefined;
  from?: string | undefined;
}

/** Checks a {@link GetSpaceHierarchyQuery}. */
export const GetSpaceHierarchyQuery: Model<GetSpaceHierarchyQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetSpaceHierarchyQuery>({
    suggested_only: z.optional(boolParam()),
    limit: z.optional(intParam()),
    max_depth: z.optional(intParam()),
    from: z.optional(z.string()),
  }),
);

/** Response of {@link getSpaceHierarchy}. */
export interface GetSpaceHierarchyResponse {
  /** The space itself first. */
  rooms: SpaceHierarchyRoom[];
  /** Token of the next page; absent at the end. */
  next_batch?: string | undefined;
}

/** Checks a {@link GetSpaceHierarchyResponse}. */
export const GetSpaceHierarchyResponse: Model<GetSpaceHierarchyResponse> = /* @__PURE__ */ model(() =>
  obj<GetSpaceHierarchyResponse>({ rooms: independent(z.array(SpaceHierarchyRoom.schema)), next_batch: z.optional(z.string()) }),
);

/** Request of {@link getSpaceHierarchy}. */
export interface GetSpaceHierarchyRequest {
  path: RoomPath;
  query?: GetSpaceHierarchyQuery | undefined;
}

/**
 * Walks through the rooms of a space, depth first.
 *
 * `GET /_matrix/client/v1/rooms/{roomId}/hierarchy` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy}
 */
export const getSpaceHierarchy: Endpoint<GetSpaceHierarchyRequest, GetSpaceHierarchyResponse> = /* @__PURE__ */ endpoint({
  id: "getSpaceHierarchy",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc2946/rooms/{roomId}/hierarchy" }],
    stable: [{ since: "v1.2", path: "/_matrix/client/v1/rooms/{roomId}/hierarchy" }],
  },
  errors: { 400: {}, 403: {} },
  path: RoomPath,
  query: GetSpaceHierarchyQuery,
  response: GetSpaceHierarchyResponse,
});
