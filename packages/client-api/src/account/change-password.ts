import { AuthenticationData, EmptyObject, type Endpoint, endpoint, type Model, model, obj, UiaResponse } from "@patrix/api";
import * as z from "zod/mini";

/** Body of {@link changePassword}. */
export interface ChangePasswordBody {
  new_password: string;
  /** Whether to end the other sessions. Default: `true`. */
  logout_devices?: boolean | undefined;
  /** User-Interactive Authentication, once the server has asked for it. */
  auth?: AuthenticationData | undefined;
}

/** Checks a {@link ChangePasswordBody}. */
export const ChangePasswordBody: Model<ChangePasswordBody> = /* @__PURE__ */ model(() =>
  obj<ChangePasswordBody>({
    new_password: z.string(),
    logout_devices: z.optional(z.boolean()),
    auth: z.optional(AuthenticationData.schema),
  }),
);

/** Request of {@link changePassword}. */
export interface ChangePasswordRequest {
  body: ChangePasswordBody;
}

/**
 * Changes the password of the account.
 *
 * `POST /_matrix/client/v3/account/password` · optional access token · rate limited · User-Interactive Authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword}
 */
export const changePassword: Endpoint<ChangePasswordRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "changePassword",
  method: "POST",
  auth: "accessTokenOptional",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/password" },
      { since: "v1.1", path: "/_matrix/client/v3/account/password" },
    ],
  },
  uia: true,
  errors: { 401: { body: UiaResponse } },
  body: ChangePasswordBody,
  response: EmptyObject,
});
