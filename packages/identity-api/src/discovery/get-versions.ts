import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response of {@link getVersions}. */
export interface GetVersionsResponse {
  /** Such as `v1.19`. */
  versions: string[];
}

/** Checks a {@link GetVersionsResponse}. */
export const GetVersionsResponse: Model<GetVersionsResponse> = /* @__PURE__ */ model(() =>
  obj<GetVersionsResponse>({ versions: z.array(z.string()) }),
);

/**
 * Lists the specification versions that the identity server supports.
 *
 * `GET /_matrix/identity/versions` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityversions}
 */
export const getVersions: Endpoint<EmptyObject, GetVersionsResponse> = /* @__PURE__ */ endpoint({
  id: "getVersions",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/versions" }] },
  response: GetVersionsResponse,
});
