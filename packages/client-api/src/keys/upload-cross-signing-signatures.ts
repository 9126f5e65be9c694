import { type Endpoint, endpoint, type JsonObject, jsonObject, type Model, model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link uploadCrossSigningSignatures}. */
export type UploadCrossSigningSignaturesBody = Record<UserId, Record<string, JsonObject>>;

/** Checks a {@link UploadCrossSigningSignaturesBody}. */
export const UploadCrossSigningSignaturesBody: Model<UploadCrossSigningSignaturesBody> = /* @__PURE__ */ model(() =>
  record(UserId, record(z.string(), jsonObject())),
);

/** Response of {@link uploadCrossSigningSignatures}. */
export interface UploadCrossSigningSignaturesResponse {
  /** Errors by user, and by device or key. */
  failures?: Record<UserId, Record<string, JsonObject>> | undefined;
}

/** Checks a {@link UploadCrossSigningSignaturesResponse}. */
export const UploadCrossSigningSignaturesResponse: Model<UploadCrossSigningSignaturesResponse> = /* @__PURE__ */ model(() =>
  obj<UploadCrossSigningSignaturesResponse>({ failures: z.optional(record(UserId, record(z.string(), jsonObject()))) }),
);

/** Request of {@link uploadCrossSigningSignatures}. */
export interface UploadCrossSigningSignaturesRequest {
  body: UploadCrossSigningSignaturesBody;
}

/**
 * Publishes signatures of the user on devices and cross-signing keys.
 *
 * `POST /_matrix/client/v3/keys/signatures/upload` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keyssignaturesupload}
 */
export const uploadCrossSigningSignatures: Endpoint<UploadCrossSigningSignaturesRequest, UploadCrossSigningSignaturesResponse> =
  /* @__PURE__ */ endpoint({
    id: "uploadCrossSigningSignatures",
    method: "POST",
    auth: "accessToken",
    rateLimited: false,
    history: {
      unstable: [{ path: "/_matrix/client/unstable/keys/signatures/upload" }],
      stable: [{ since: "v1.1", path: "/_matrix/client/v3/keys/signatures/upload" }],
      olderClients: ["/_matrix/client/r0/keys/signatures/upload"],
    },
    body: UploadCrossSigningSignaturesBody,
    response: UploadCrossSigningSignaturesResponse,
  });
