import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import { ThirdPartyUsers } from "./third-party-users.ts";

/** Query parameters of {@link queryUserByID}. */
export interface QueryUserByIDQuery {
  userid: UserId;
}

/** Checks a {@link QueryUserByIDQuery}. */
export const QueryUserByIDQuery: Model<QueryUserByIDQuery> = /* @__PURE__ */ paramsModel(() => obj<QueryUserByIDQuery>({ userid: UserId }));

/** Request of {@link queryUserByID}. */
export interface QueryUserByIDRequest {
  query: QueryUserByIDQuery;
}

/**
 * Finds the third-party users that a Matrix user stands for.
 *
 * `GET /_matrix/client/v3/thirdparty/user` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyuser}
 */
export const queryUserByID: Endpoint<QueryUserByIDRequest, ThirdPartyUsers> = /* @__PURE__ */ endpoint({
  id: "queryUserByID",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/thirdparty/user" },
      { since: "v1.1", path: "/_matrix/client/v3/thirdparty/user" },
    ],
  },
  errors: { 404: {} },
  query: QueryUserByIDQuery,
  response: ThirdPartyUsers,
});
