import { type Endpoint, endpoint, type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";

/** Body of {@link lookupUsers}. */
export interface LookupUsersBody {
  algorithm: string;
  /** The pepper that was used. */
  pepper: string;
  /** Hashed addresses. */
  addresses: string[];
}

/** Checks a {@link LookupUsersBody}. */
export const LookupUsersBody: Model<LookupUsersBody> = /* @__PURE__ */ model(() =>
  obj<LookupUsersBody>({ algorithm: z.string(), pepper: z.string(), addresses: z.array(z.string()) }),
);

/** Response of {@link lookupUsers}. */
export interface LookupUsersResponse {
  /** User ID by hashed address. */
  mappings: Record<string, string>;
}

/** Checks a {@link LookupUsersResponse}. */
export const LookupUsersResponse: Model<LookupUsersResponse> = /* @__PURE__ */ model(() =>
  obj<LookupUsersResponse>({ mappings: record(z.string(), z.string()) }),
);

/** Request of {@link lookupUsers}. */
export interface LookupUsersRequest {
  body: LookupUsersBody;
}

/**
 * Looks up the Matrix users of hashed third-party addresses.
 *
 * `POST /_matrix/identity/v2/lookup` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2lookup}
 */
export const lookupUsers: Endpoint<LookupUsersRequest, LookupUsersResponse> = /* @__PURE__ */ endpoint({
  id: "lookupUsersV2",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/lookup" }] },
  errors: { 400: { errcodes: ["M_INVALID_PARAM", "M_INVALID_PEPPER"] } },
  body: LookupUsersBody,
  response: LookupUsersResponse,
});
