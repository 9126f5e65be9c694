import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters of {@link checkUsernameAvailability}. */
export interface CheckUsernameAvailabilityQuery {
  /** Localpart of the user ID; made by the server if absent. */
  username: string;
}

/** Checks a {@link CheckUsernameAvailabilityQuery}. */
export const CheckUsernameAvailabilityQuery: Model<CheckUsernameAvailabilityQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<CheckUsernameAvailabilityQuery>({ username: z.string() }),
);

/** Response of {@link checkUsernameAvailability}. */
export interface CheckUsernameAvailabilityResponse {
  /** Always `true`; other answers are errors. */
  available?: boolean | undefined;
}

/** Checks a {@link CheckUsernameAvailabilityResponse}. */
export const CheckUsernameAvailabilityResponse: Model<CheckUsernameAvailabilityResponse> = /* @__PURE__ */ model(() =>
  obj<CheckUsernameAvailabilityResponse>({ available: z.optional(z.boolean()) }),
);

/** Request of {@link checkUsernameAvailability}. */
export interface CheckUsernameAvailabilityRequest {
  query: CheckUsernameAvailabilityQuery;
}

/**
 * Tells whether a user name can be registered.
 *
 * `GET /_matrix/client/v3/register/available` · no authentication · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3registeravailable}
 */
export const checkUsernameAvailability: Endpoint<CheckUsernameAvailabilityRequest, CheckUsernameAvailabilityResponse> =
  /* @__PURE__ */ endpoint({
    id: "checkUsernameAvailability",
    method: "GET",
    auth: "none",
    rateLimited: true,
    history: {
      stable: [
        { since: "r0.0.0", path: "/_matrix/client/r0/register/available" },
        { since: "v1.1", path: "/_matrix/client/v3/register/available" },
      ],
    },
    errors: { 400: { errcodes: ["M_EXCLUSIVE", "M_INVALID_USERNAME", "M_USER_IN_USE"] } },
    query: CheckUsernameAvailabilityQuery,
    response: CheckUsernameAvailabilityResponse,
  });
