import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters of {@link registrationTokenValidity}. */
export interface RegistrationTokenValidityQuery {
  /** The registration token. */
  token: string;
}

/** Checks a {@link RegistrationTokenValidityQuery}. */
export const RegistrationTokenValidityQuery: Model<RegistrationTokenValidityQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<RegistrationTokenValidityQuery>({ token: z.string() }),
);

/** Response of {@link registrationTokenValidity}. */
export interface RegistrationTokenValidityResponse {
  valid: boolean;
}

/** Checks a {@link RegistrationTokenValidityResponse}. */
export const RegistrationTokenValidityResponse: Model<RegistrationTokenValidityResponse> = /* @__PURE__ */ model(() =>
  obj<RegistrationTokenValidityResponse>({ valid: z.boolean() }),
);

/** Request of {@link registrationTokenValidity}. */
export interface RegistrationTokenValidityRequest {
  query: RegistrationTokenValidityQuery;
}

/**
 * Tells whether a registration token can still be used.
 *
 * `GET /_matrix/client/v1/register/m.login.registration_token/validity` · no authentication · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1registermloginregistration_tokenvalidity}
 */
export const registrationTokenValidity: Endpoint<RegistrationTokenValidityRequest, RegistrationTokenValidityResponse> =
  /* @__PURE__ */ endpoint({
    id: "registrationTokenValidity",
    method: "GET",
    auth: "none",
    rateLimited: true,
    history: {
      unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc3231/register/org.matrix.msc3231.login.registration_token/validity" }],
      stable: [{ since: "v1.2", path: "/_matrix/client/v1/register/m.login.registration_token/validity" }],
    },
    errors: { 403: {} },
    query: RegistrationTokenValidityQuery,
    response: RegistrationTokenValidityResponse,
  });
