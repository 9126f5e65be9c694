import { type Endpoint, endpoint } from "@patrix/api";
import { ProtocolPath } from "./protocol-path.ts";
import { ThirdPartyFieldsQuery } from "./third-party-fields-query.ts";
import { ThirdPartyUsers } from "./third-party-users.ts";

/** Request of {@link queryUserByProtocol}. */
export interface QueryUserByProtocolRequest {
  path: ProtocolPath;
  query?: ThirdPartyFieldsQuery | undefined;
}

/**
 * Finds the Matrix users that stand for a user of a third-party network.
 *
 * `GET /_matrix/client/v3/thirdparty/user/{protocol}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyuserprotocol}
 */
export const queryUserByProtocol: Endpoint<QueryUserByProtocolRequest, ThirdPartyUsers> = /* @__PURE__ */ endpoint({
  id: "queryUserByProtocol",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/thirdparty/user/{protocol}" },
      { since: "v1.1", path: "/_matrix/client/v3/thirdparty/user/{protocol}" },
    ],
  },
  errors: { 404: {} },
  path: ProtocolPath,
  query: ThirdPartyFieldsQuery,
  response: ThirdPartyUsers,
});
