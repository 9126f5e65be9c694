import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { ThirdPartyLocations } from "@patrix/client-api";
import { RoomAlias } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters of {@link queryLocationByAlias}. */
export interface QueryLocationByAliasQuery {
  alias?: RoomAlias | undefined;
}

/** Checks a {@link QueryLocationByAliasQuery}. */
export const QueryLocationByAliasQuery: Model<QueryLocationByAliasQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<QueryLocationByAliasQuery>({ alias: z.optional(RoomAlias) }),
);

/** Request of {@link queryLocationByAlias}. */
export interface QueryLocationByAliasRequest {
  query?: QueryLocationByAliasQuery | undefined;
}

/**
 * Finds the third-party locations that a room alias stands for.
 *
 * `GET /_matrix/app/v1/thirdparty/location` · homeserver token
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartylocation}
 */
export const queryLocationByAlias: Endpoint<QueryLocationByAliasRequest, ThirdPartyLocations> = /* @__PURE__ */ endpoint({
  id: "queryLocationByAlias",
  method: "GET",
  auth: "homeserverToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/app/unstable/thirdparty/location" }],
    stable: [{ since: "v1.1", path: "/_matrix/app/v1/thirdparty/location" }],
  },
  errors: { 401: {}, 403: {}, 404: {} },
  query: QueryLocationByAliasQuery,
  response: ThirdPartyLocations,
});
