import { type Endpoint, endpoint } from "@patrix/api";
import { ProtocolPath } from "./protocol-path.ts";
import { ThirdPartyProtocol } from "./third-party-protocol.ts";

/** Request of {@link getProtocolMetadata}. */
export interface GetProtocolMetadataRequest {
  path: ProtocolPath;
}

/**
 * Describes one third-party protocol.
 *
 * `GET /_matrix/client/v3/thirdparty/protocol/{protocol}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocolprotocol}
 */
export const getProtocolMetadata: Endpoint<GetProtocolMetadataRequest, ThirdPartyProtocol> = /* @__PURE__ */ endpoint({
  id: "getProtocolMetadata",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/thirdparty/protocol/{protocol}" },
      { since: "v1.1", path: "/_matrix/client/v3/thirdparty/protocol/{protocol}" },
    ],
  },
  errors: { 404: {} },
  path: ProtocolPath,
  response: ThirdPartyProtocol,
});
