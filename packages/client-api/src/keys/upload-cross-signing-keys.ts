import { AuthenticationData, EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { CrossSigningKey } from "@patrix/events";
import * as z from "zod/mini";

/** Body of {@link uploadCrossSigningKeys}. */
export interface UploadCrossSigningKeysBody {
  master_key?: CrossSigningKey | undefined;
  self_signing_key?: CrossSigningKey | undefined;
  user_signing_key?: CrossSigningKey | undefined;
  /** User-Interactive Authentication, where the server asks for it. */
  auth?: AuthenticationData | undefined;
}

/** Checks a {@link UploadCrossSigningKeysBody}. */
export const UploadCrossSigningKeysBody: Model<UploadCrossSigningKeysBody> = /* @__PURE__ */ model(() =>
  obj<UploadCrossSigningKeysBody>({
    master_key: z.optional(CrossSigningKey.schema),
    self_signing_key: z.optional(CrossSigningKey.schema),
    user_signing_key: z.optional(CrossSigningKey.schema),
    auth: z.optional(AuthenticationData.schema),
  }),
);

/** Request of {@link uploadCrossSigningKeys}. */
export interface UploadCrossSigningKeysRequest {
  body?: UploadCrossSigningKeysBody | undefined;
}

/**
 * Publishes the user's cross-signing keys.
 *
 * `POST /_matrix/client/v3/keys/device_signing/upload` · access token · User-Interactive Authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysdevice_signingupload}
 */
export const uploadCrossSigningKeys: Endpoint<UploadCrossSigningKeysRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "uploadCrossSigningKeys",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/keys/device_signing/upload" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/keys/device_signing/upload" }],
    olderClients: ["/_matrix/client/r0/keys/device_signing/upload"],
  },
  uia: true,
  errors: { 400: { errcodes: ["M_INVALID_SIGNATURE", "M_MISSING_PARAM"] }, 403: {} },
  body: UploadCrossSigningKeysBody,
  response: EmptyObject,
});
