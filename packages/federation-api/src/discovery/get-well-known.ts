import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response of {@link getWellKnown}. */
export interface GetWellKnownResponse {
  /** Server name to connect to, with a port if needed. */
  "m.server"?: string | undefined;
}

/** Checks a {@link GetWellKnownResponse}. */
export const GetWellKnownResponse: Model<GetWellKnownResponse> = /* @__PURE__ */ model(() =>
  obj<GetWellKnownResponse>({ "m.server": z.optional(z.string()) }),
);

/**
 * Tells where the server behind a server name is reached.
 *
 * `GET /.well-known/matrix/server` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver}
 */
export const getWellKnown: Endpoint<EmptyObject, GetWellKnownResponse> = /* @__PURE__ */ endpoint({
  id: "getWellKnown",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/.well-known/matrix/server" }] },
  response: GetWellKnownResponse,
});
