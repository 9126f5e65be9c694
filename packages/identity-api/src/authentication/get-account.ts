import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";

/** Response of {@link getAccount}. */
export interface GetAccountResponse {
  user_id: UserId;
}

/** Checks a {@link GetAccountResponse}. */
export const GetAccountResponse: Model<GetAccountResponse> = /* @__PURE__ */ model(() => obj<GetAccountResponse>({ user_id: UserId }));

/**
 * Tells whose access token this is.
 *
 * `GET /_matrix/identity/v2/account` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2account}
 */
export const getAccount: Endpoint<EmptyObject, GetAccountResponse> = /* @__PURE__ */ endpoint({
  id: "getAccount",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/account" }] },
  errors: { 403: { errcodes: ["M_TERMS_NOT_SIGNED"] } },
  response: GetAccountResponse,
});
