import { EmptyObject, type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { RoomAlias } from "@patrix/identifiers";

/** Path variables of {@link queryRoomByAlias}. */
export interface QueryRoomByAliasPath {
  roomAlias: RoomAlias;
}

/** Checks a {@link QueryRoomByAliasPath}. */
export const QueryRoomByAliasPath: Model<QueryRoomByAliasPath> = /* @__PURE__ */ paramsModel(() =>
  obj<QueryRoomByAliasPath>({ roomAlias: RoomAlias }),
);

/** Request of {@link queryRoomByAlias}. */
export interface QueryRoomByAliasRequest {
  path: QueryRoomByAliasPath;
}

/**
 * Asks the application service to create a room alias of its namespace if it wants the room to exist.
 *
 * `GET /_matrix/app/v1/rooms/{roomAlias}` · homeserver token
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1roomsroomalias}
 */
export const queryRoomByAlias: Endpoint<QueryRoomByAliasRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "queryRoomByAlias",
  method: "GET",
  auth: "homeserverToken",
  rateLimited: false,
  history: { unstable: [{ path: "/rooms/{roomAlias}" }], stable: [{ since: "v1.1", path: "/_matrix/app/v1/rooms/{roomAlias}" }] },
  errors: { 401: {}, 403: {}, 404: {} },
  path: QueryRoomByAliasPath,
  response: EmptyObject,
});
