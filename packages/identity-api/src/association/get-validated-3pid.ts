import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters of {@link getValidated3pid}. */
export interface GetValidated3pidQuery {
  /** ID of the validation session. */
  sid: string;
  /** Secret of the client that began the validation session. */
  client_secret: string;
}

/** Checks a {@link GetValidated3pidQuery}. */
export const GetValidated3pidQuery: Model<GetValidated3pidQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetValidated3pidQuery>({ sid: z.string(), client_secret: z.string() }),
);

/** Response of {@link getValidated3pid}. */
export interface GetValidated3pidResponse {
  medium: string;
  address: string;
  /** Milliseconds since the Unix epoch. */
  validated_at: number;
}

/** Checks a {@link GetValidated3pidResponse}. */
export const GetValidated3pidResponse: Model<GetValidated3pidResponse> = /* @__PURE__ */ model(() =>
  obj<GetValidated3pidResponse>({ medium: z.string(), address: z.string(), validated_at: z.int() }),
);

/** Request of {@link getValidated3pid}. */
export interface GetValidated3pidRequest {
  query: GetValidated3pidQuery;
}

/**
 * Tells whether a validation session has succeeded, and for which address.
 *
 * `GET /_matrix/identity/v2/3pid/getValidated3pid` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv23pidgetvalidated3pid}
 */
export const getValidated3pid: Endpoint<GetValidated3pidRequest, GetValidated3pidResponse> = /* @__PURE__ */ endpoint({
  id: "getValidated3pidV2",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/3pid/getValidated3pid" }] },
  errors: { 400: { errcodes: ["M_SESSION_EXPIRED", "M_SESSION_NOT_VALIDATED"] }, 403: { errcodes: ["M_TERMS_NOT_SIGNED"] }, 404: {} },
  query: GetValidated3pidQuery,
  response: GetValidated3pidResponse,
});
