import { endpoint, type Endpoint, independent, model, type Model, obj, paramsModel } from "@patrix/api";
import { RoomAlias, RoomId, ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters of {@link queryRoomDirectory}. */
export interface QueryRoomDirectoryQuery {
  room_alias: RoomAlias;
}

/** Checks a {@link QueryRoomDirectoryQuery}. */
export const QueryRoomDirectoryQuery: Model<QueryRoomDirectoryQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<QueryRoomDirectoryQuery>({ room_alias: RoomAlias }),
);

/** Response of {@link queryRoomDirectory}. */
export interface QueryRoomDirectoryResponse {
  room_id: RoomId;
  /** Servers that know the room. */
  servers: ServerName[];
}

/** Checks a {@link QueryRoomDirectoryResponse}. */
export const QueryRoomDirectoryResponse: Model<QueryRoomDirectoryResponse> = /* @__PURE__ */ model(() =>
  obj<QueryRoomDirectoryResponse>({ room_id: RoomId, servers: independent(z.array(ServerName)) }),
);

/** Request of {@link queryRoomDirectory}. */
export interface QueryRoomDirectoryRequest {
  query: QueryRoomDirectoryQuery;
}

/**
 * Resolves a room alias of the called server.
 *
 * `GET /_matrix/federation/v1/query/directory` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1querydirectory}
 */
export const queryRoomDirectory: Endpoint<QueryRoomDirectoryRequest, QueryRoomDirectoryResponse> = /* @__PURE__ */ endpoint({
  id: "queryRoomDirectory",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/query/directory" }] },
  errors: { 404: {} },
  query: QueryRoomDirectoryQuery,
  response: QueryRoomDirectoryResponse,
});
