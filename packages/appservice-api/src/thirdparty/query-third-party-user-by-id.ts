import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { ThirdPartyUsers } from "@patrix/client-api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters of {@link queryThirdPartyUserById}. */
export interface QueryThirdPartyUserByIdQuery {
  userid?: UserId | undefined;
}

/** Checks a {@link QueryThirdPartyUserByIdQuery}. */
export const QueryThirdPartyUserByIdQuery: Model<QueryThirdPartyUserByIdQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<QueryThirdPartyUserByIdQuery>({ userid: z.optional(UserId) }),
);

/** Request of {@link queryThirdPartyUserById}. */
export interface QueryThirdPartyUserByIdRequest {
  query?: QueryThirdPartyUserByIdQuery | undefined;
}

/**
 * Finds the third-party users that a Matrix user stands for.
 *
 * `GET /_matrix/app/v1/thirdparty/user` · homeserver token
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartyuser}
 */
export const queryThirdPartyUserById: Endpoint<QueryThirdPartyUserByIdRequest, ThirdPartyUsers> = /* @__PURE__ */ endpoint({
  id: "queryUserByID",
  method: "GET",
  auth: "homeserverToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/app/unstable/thirdparty/user" }],
    stable: [{ since: "v1.1", path: "/_matrix/app/v1/thirdparty/user" }],
  },
  errors: { 401: {}, 403: {}, 404: {} },
  query: QueryThirdPartyUserByIdQuery,
  response: ThirdPartyUsers,
});
