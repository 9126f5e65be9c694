import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Path variables of {@link getPublicKey}. */
export interface GetPublicKeyPath {
  keyId: string;
}

/** Checks a {@link GetPublicKeyPath}. */
export const GetPublicKeyPath: Model<GetPublicKeyPath> = /* @__PURE__ */ paramsModel(() => obj<GetPublicKeyPath>({ keyId: z.string() }));

/** Response of {@link getPublicKey}. */
export interface GetPublicKeyResponse {
  /** In unpadded base64. */
  public_key: string;
}

/** Checks a {@link GetPublicKeyResponse}. */
export const GetPublicKeyResponse: Model<GetPublicKeyResponse> = /* @__PURE__ */ model(() =>
  obj<GetPublicKeyResponse>({ public_key: z.string() }),
);

/** Request of {@link getPublicKey}. */
export interface GetPublicKeyRequest {
  path: GetPublicKeyPath;
}

/**
 * Reads a public key of the identity server.
 *
 * `GET /_matrix/identity/v2/pubkey/{keyId}` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2pubkeykeyid}
 */
export const getPublicKey: Endpoint<GetPublicKeyRequest, GetPublicKeyResponse> = /* @__PURE__ */ endpoint({
  id: "getPubKeyV2",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/pubkey/{keyId}" }] },
  errors: { 404: {} },
  path: GetPublicKeyPath,
  response: GetPublicKeyResponse,
});
