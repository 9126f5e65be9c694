import { AuthenticationData, type Endpoint, endpoint, type Model, model, obj, type OpenEnum, openEnum, UiaResponse } from "@patrix/api";
import * as z from "zod/mini";

/** Body of {@link deactivateAccount}. */
export interface DeactivateAccountBody {
  /** User-Interactive Authentication, once the server has asked for it. */
  auth?: AuthenticationData | undefined;
  /** Host name of an identity server, with the port if it is not the usual one. */
  id_server?: string | undefined;
  /** Whether to hide the user's messages from those who have not seen them yet. Default: `false`. */
  erase?: boolean | undefined;
}

/** Checks a {@link DeactivateAccountBody}. */
export const DeactivateAccountBody: Model<DeactivateAccountBody> = /* @__PURE__ */ model(() =>
  obj<DeactivateAccountBody>({
    auth: z.optional(AuthenticationData.schema),
    id_server: z.optional(z.string()),
    erase: z.optional(z.boolean()),
  }),
);

/** Response of {@link deactivateAccount}. */
export interface DeactivateAccountResponse {
  /** `success` if the identity server no longer knows the address, `no-support` if it could not be asked to forget it. */
  id_server_unbind_result: OpenEnum<"success" | "no-support">;
}

/** Checks a {@link DeactivateAccountResponse}. */
export const DeactivateAccountResponse: Model<DeactivateAccountResponse> = /* @__PURE__ */ model(() =>
  obj<DeactivateAccountResponse>({ id_server_unbind_result: openEnum(["success", "no-support"]) }),
);

/** Request of {@link deactivateAccount}. */
export interface DeactivateAccountRequest {
  body?: DeactivateAccountBody | undefined;
}

/**
 * Closes the account for good and ends all of its sessions.
 *
 * `POST /_matrix/client/v3/account/deactivate` · optional access token · rate limited · User-Interactive Authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate}
 */
export const deactivateAccount: Endpoint<DeactivateAccountRequest, DeactivateAccountResponse> = /* @__PURE__ */ endpoint({
  id: "deactivateAccount",
  method: "POST",
  auth: "accessTokenOptional",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/deactivate" },
      { since: "v1.1", path: "/_matrix/client/v3/account/deactivate" },
    ],
  },
  uia: true,
  errors: { 401: { body: UiaResponse } },
  body: DeactivateAccountBody,
  response: DeactivateAccountResponse,
});
