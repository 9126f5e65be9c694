import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters of {@link exchangeOpenIdToken}. */
export interface ExchangeOpenIdTokenQuery {
  access_token: string;
}

/** Checks a {@link ExchangeOpenIdTokenQuery}. */
export const ExchangeOpenIdTokenQuery: Model<ExchangeOpenIdTokenQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<ExchangeOpenIdTokenQuery>({ access_token: z.string() }),
);

/** Response of {@link exchangeOpenIdToken}. */
export interface ExchangeOpenIdTokenResponse {
  /** The user. */
  sub: UserId;
}

/** Checks a {@link ExchangeOpenIdTokenResponse}. */
export const ExchangeOpenIdTokenResponse: Model<ExchangeOpenIdTokenResponse> = /* @__PURE__ */ model(() =>
  obj<ExchangeOpenIdTokenResponse>({ sub: UserId }),
);

/** Request of {@link exchangeOpenIdToken}. */
export interface ExchangeOpenIdTokenRequest {
  query: ExchangeOpenIdTokenQuery;
}

/**
 * Tells a service which user an OpenID token belongs to.
 *
 * `GET /_matrix/federation/v1/openid/userinfo` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1openiduserinfo}
 */
export const exchangeOpenIdToken: Endpoint<ExchangeOpenIdTokenRequest, ExchangeOpenIdTokenResponse> = /* @__PURE__ */ endpoint({
  id: "exchangeOpenIdToken",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/openid/userinfo" }] },
  errors: { 401: {} },
  query: ExchangeOpenIdTokenQuery,
  response: ExchangeOpenIdTokenResponse,
});
