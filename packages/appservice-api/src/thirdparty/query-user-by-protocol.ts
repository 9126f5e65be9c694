import { type Endpoint, endpoint } from "@patrix/api";
import { ThirdPartyFieldsQuery, ThirdPartyUsers } from "@patrix/client-api";
import { ProtocolPath } from "./protocol-path.ts";

/** Request of {@link queryUserByProtocol}. */
export interface QueryUserByProtocolRequest {
  path: ProtocolPath;
  query?: ThirdPartyFieldsQuery | undefined;
}

/**
 * Finds the Matrix users that stand for a user of the third-party network.
 *
 * `GET /_matrix/app/v1/thirdparty/user/{protocol}` · homeserver token
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartyuserprotocol}
 */
export const queryUserByProtocol: Endpoint<QueryUserByProtocolRequest, ThirdPartyUsers> = /* @__PURE__ */ endpoint({
  id: "queryUserByProtocol",
  method: "GET",
  auth: "homeserverToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/app/unstable/thirdparty/user/{protocol}" }],
    stable: [{ since: "v1.1", path: "/_matrix/app/v1/thirdparty/user/{protocol}" }],
  },
  errors: { 401: {}, 403: {}, 404: {} },
  path: ProtocolPath,
  query: ThirdPartyFieldsQuery,
  response: ThirdPartyUsers,
});
