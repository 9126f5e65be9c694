import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { RoomAlias } from "@patrix/identifiers";
import { ThirdPartyLocations } from "./third-party-locations.ts";

/** Query parameters of {@link queryLocationByAlias}. */
export interface QueryLocationByAliasQuery {
  alias: RoomAlias;
}

/** Checks a {@link QueryLocationByAliasQuery}. */
export const QueryLocationByAliasQuery: Model<QueryLocationByAliasQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<QueryLocationByAliasQuery>({ alias: RoomAlias }),
);

/** Request of {@link queryLocationByAlias}. */
export interface QueryLocationByAliasRequest {
  query: QueryLocationByAliasQuery;
}

/**
 * Finds the third-party locations that a room alias stands for.
 *
 * `GET /_matrix/client/v3/thirdparty/location` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartylocation}
 */
export const queryLocationByAlias: Endpoint<QueryLocationByAliasRequest, ThirdPartyLocations> = /* @__PURE__ */ endpoint({
  id: "queryLocationByAlias",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/thirdparty/location" },
      { since: "v1.1", path: "/_matrix/client/v3/thirdparty/location" },
    ],
  },
  errors: { 404: {} },
  query: QueryLocationByAliasQuery,
  response: ThirdPartyLocations,
});
