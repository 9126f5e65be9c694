import { type Endpoint, endpoint } from "@patrix/api";
import { ThirdPartyProtocol } from "@patrix/client-api";
import { ProtocolPath } from "./protocol-path.ts";

/** Request of {@link getProtocolMetadata}. */
export interface GetProtocolMetadataRequest {
  path: ProtocolPath;
}

/**
 * Describes a third-party protocol that the application service bridges to.
 *
 * `GET /_matrix/app/v1/thirdparty/protocol/{protocol}` · homeserver token
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartyprotocolprotocol}
 */
export const getProtocolMetadata: Endpoint<GetProtocolMetadataRequest, ThirdPartyProtocol> = /* @__PURE__ */ endpoint({
  id: "getProtocolMetadata",
  method: "GET",
  auth: "homeserverToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/app/unstable/thirdparty/protocol/{protocol}" }],
    stable: [{ since: "v1.1", path: "/_matrix/app/v1/thirdparty/protocol/{protocol}" }],
  },
  errors: { 401: {}, 403: {}, 404: {} },
  path: ProtocolPath,
  response: ThirdPartyProtocol,
});
