import { type Endpoint, endpoint } from "@patrix/api";
import { ThirdPartyFieldsQuery, ThirdPartyLocations } from "@patrix/client-api";
import { ProtocolPath } from "./protocol-path.ts";

/** Request of {@link queryLocationByProtocol}. */
export interface QueryLocationByProtocolRequest {
  path: ProtocolPath;
  query?: ThirdPartyFieldsQuery | undefined;
}

/**
 * Finds the rooms that stand for a location of the third-party network.
 *
 * `GET /_matrix/app/v1/thirdparty/location/{protocol}` · homeserver token
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartylocationprotocol}
 */
export const queryLocationByProtocol: Endpoint<QueryLocationByProtocolRequest, ThirdPartyLocations> = /* @__PURE__ */ endpoint({
  id: "queryLocationByProtocol",
  method: "GET",
  auth: "homeserverToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/app/unstable/thirdparty/location/{protocol}" }],
    stable: [{ since: "v1.1", path: "/_matrix/app/v1/thirdparty/location/{protocol}" }],
  },
  errors: { 401: {}, 403: {}, 404: {} },
  path: ProtocolPath,
  query: ThirdPartyFieldsQuery,
  response: ThirdPartyLocations,
});
