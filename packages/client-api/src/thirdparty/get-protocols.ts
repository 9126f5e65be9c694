import { type EmptyObject, endpoint, type Endpoint, independent, model, type Model, record } from "@patrix/api";
import * as z from "zod/mini";
import { ThirdPartyProtocol } from "./third-party-protocol.ts";

/** Response of {@link getProtocols}. */
export type GetProtocolsResponse = Record<string, ThirdPartyProtocol>;

/** Checks a {@link GetProtocolsResponse}. */
export const GetProtocolsResponse: Model<GetProtocolsResponse> = /* @__PURE__ */ model(() =>
  independent(record(z.string(), ThirdPartyProtocol.schema)),
);

/**
 * Lists the third-party protocols that the homeserver bridges to.
 *
 * `GET /_matrix/client/v3/thirdparty/protocols` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocols}
 */
export const getProtocols: Endpoint<EmptyObject, GetProtocolsResponse> = /* @__PURE__ */ endpoint({
  id: "getProtocols",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/thirdparty/protocols" },
      { since: "v1.1", path: "/_matrix/client/v3/thirdparty/protocols" },
    ],
  },
  response: GetProtocolsResponse,
});
