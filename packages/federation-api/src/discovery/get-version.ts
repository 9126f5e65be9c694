import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** The implementation of a server. */
export interface ServerImplementation {
  name?: string | undefined;
  version?: string | undefined;
}

/** Response of {@link getVersion}. */
export interface GetVersionResponse {
  server?: ServerImplementation | undefined;
}

/** Checks a {@link GetVersionResponse}. */
export const GetVersionResponse: Model<GetVersionResponse> = /* @__PURE__ */ model(() =>
  obj<GetVersionResponse>({
    server: z.optional(obj<ServerImplementation>({ name: z.optional(z.string()), version: z.optional(z.string()) })),
  }),
);

/**
 * Names the implementation of a server and its version.
 *
 * `GET /_matrix/federation/v1/version` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1version}
 */
export const getVersion: Endpoint<EmptyObject, GetVersionResponse> = /* @__PURE__ */ endpoint({
  id: "getVersion",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/version" }] },
  response: GetVersionResponse,
});
