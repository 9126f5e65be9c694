import { EmptyObject, type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { UserId } from "@patrix/identifiers";

/** Path variables of {@link queryUserById}. */
export interface QueryUserByIdPath {
  userId: UserId;
}

/** Checks a {@link QueryUserByIdPath}. */
export const QueryUserByIdPath: Model<QueryUserByIdPath> = /* @__PURE__ */ paramsModel(() => obj<QueryUserByIdPath>({ userId: UserId }));

/** Request of {@link queryUserById}. */
export interface QueryUserByIdRequest {
  path: QueryUserByIdPath;
}

/**
 * Asks the application service to create a user of its namespace if it wants the user to exist.
 *
 * `GET /_matrix/app/v1/users/{userId}` · homeserver token
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1usersuserid}
 */
export const queryUserById: Endpoint<QueryUserByIdRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "queryUserById",
  method: "GET",
  auth: "homeserverToken",
  rateLimited: false,
  history: { unstable: [{ path: "/users/{userId}" }], stable: [{ since: "v1.1", path: "/_matrix/app/v1/users/{userId}" }] },
  errors: { 401: {}, 403: {}, 404: {} },
  path: QueryUserByIdPath,
  response: EmptyObject,
});
