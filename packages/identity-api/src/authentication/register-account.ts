import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link registerAccount}. */
export interface RegisterAccountBody {
  access_token: string;
  /** Always `Bearer`. */
  token_type: string;
  matrix_server_name: ServerName;
  /** Lifetime of the token in seconds. */
  expires_in: number;
}

/** Checks a {@link RegisterAccountBody}. */
export const RegisterAccountBody: Model<RegisterAccountBody> = /* @__PURE__ */ model(() =>
  obj<RegisterAccountBody>({ access_token: z.string(), token_type: z.string(), matrix_server_name: ServerName, expires_in: z.int() }),
);

/** Response of {@link registerAccount}. */
export interface RegisterAccountResponse {
  /** Access token of the identity server. */
  token: string;
}

/** Checks a {@link RegisterAccountResponse}. */
export const RegisterAccountResponse: Model<RegisterAccountResponse> = /* @__PURE__ */ model(() =>
  obj<RegisterAccountResponse>({ token: z.string() }),
);

/** Request of {@link registerAccount}. */
export interface RegisterAccountRequest {
  body: RegisterAccountBody;
}

/**
 * Exchanges an OpenID token of a homeserver for an access token of the identity server.
 *
 * `POST /_matrix/identity/v2/account/register` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2accountregister}
 */
export const registerAccount: Endpoint<RegisterAccountRequest, RegisterAccountResponse> = /* @__PURE__ */ endpoint({
  id: "registerAccount",
  method: "POST",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/account/register" }] },
  body: RegisterAccountBody,
  response: RegisterAccountResponse,
});
