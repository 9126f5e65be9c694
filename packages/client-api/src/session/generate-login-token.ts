import { type Endpoint, endpoint, type Model, model, obj, UiaResponse } from "@patrix/api";
import * as z from "zod/mini";
import { AuthenticationBody } from "../account/authentication-body.ts";

/** Response of {@link generateLoginToken}. */
export interface GenerateLoginTokenResponse {
  /** To be used once, with `m.login.token`. */
  login_token: string;
  /** Lifetime of the token in milliseconds. */
  expires_in_ms: number;
}

/** Checks a {@link GenerateLoginTokenResponse}. */
export const GenerateLoginTokenResponse: Model<GenerateLoginTokenResponse> = /* @__PURE__ */ model(() =>
  obj<GenerateLoginTokenResponse>({ login_token: z.string(), expires_in_ms: z.int() }),
);

/** Request of {@link generateLoginToken}. */
export interface GenerateLoginTokenRequest {
  body?: AuthenticationBody | undefined;
}

/**
 * Creates a token that logs in another device of the user once.
 *
 * `POST /_matrix/client/v1/login/get_token` · access token · rate limited · User-Interactive Authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1loginget_token}
 */
export const generateLoginToken: Endpoint<GenerateLoginTokenRequest, GenerateLoginTokenResponse> = /* @__PURE__ */ endpoint({
  id: "generateLoginToken",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc3882/login/get_token" }],
    stable: [{ since: "v1.7", path: "/_matrix/client/v1/login/get_token" }],
  },
  uia: true,
  errors: { 400: {}, 401: { body: UiaResponse } },
  body: AuthenticationBody,
  response: GenerateLoginTokenResponse,
});
