import { type Endpoint, endpoint } from "@patrix/api";
import { ProtocolPath } from "./protocol-path.ts";
import { ThirdPartyFieldsQuery } from "./third-party-fields-query.ts";
import { ThirdPartyLocations } from "./third-party-locations.ts";

/** Request of {@link queryLocationByProtocol}. */
export interface QueryLocationByProtocolRequest {
  path: ProtocolPath;
  query?: ThirdPartyFieldsQuery | undefined;
}

/**
 * Finds the rooms that stand for a location of a third-party network.
 *
 * `GET /_matrix/client/v3/thirdparty/location/{protocol}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartylocationprotocol}
 */
export const queryLocationByProtocol: Endpoint<QueryLocationByProtocolRequest, ThirdPartyLocations> = /* @__PURE__ */ endpoint({
  id: "queryLocationByProtocol",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/thirdparty/location/{protocol}" },
      { since: "v1.1", path: "/_matrix/client/v3/thirdparty/location/{protocol}" },
    ],
  },
  errors: { 404: {} },
  path: ProtocolPath,
  query: ThirdPartyFieldsQuery,
  response: ThirdPartyLocations,
});
