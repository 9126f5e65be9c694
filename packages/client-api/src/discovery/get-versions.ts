import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";

/** Response of {@link getVersions}. */
export interface GetVersionsResponse {
  /** Such as `v1.19`. */
  versions: string[];
  /** Whether a feature is on, by name. */
  unstable_features?: Record<string, boolean> | undefined;
}

/** Checks a {@link GetVersionsResponse}. */
export const GetVersionsResponse: Model<GetVersionsResponse> = /* @__PURE__ */ model(() =>
  obj<GetVersionsResponse>({ versions: z.array(z.string()), unstable_features: z.optional(record(z.string(), z.boolean())) }),
);

/**
 * Lists the specification versions and unstable features that the homeserver supports.
 *
 * `GET /_matrix/client/versions` · optional access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientversions}
 */
export const getVersions: Endpoint<EmptyObject, GetVersionsResponse> = /* @__PURE__ */ endpoint({
  id: "getVersions",
  method: "GET",
  auth: "accessTokenOptional",
  rateLimited: false,
  history: { stable: [{ since: "r0.0.0", path: "/_matrix/client/versions" }] },
  response: GetVersionsResponse,
});
