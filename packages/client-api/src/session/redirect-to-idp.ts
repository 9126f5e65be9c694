import { type Endpoint, endpoint, type Model, obj, paramsModel, type Redirect, redirectResponse } from "@patrix/api";
import * as z from "zod/mini";
import { SsoRedirectQuery } from "./sso-redirect-query.ts";

/** Path variables of {@link redirectToIdP}. */
export interface RedirectToIdPPath {
  idpId: string;
}

/** Checks a {@link RedirectToIdPPath}. */
export const RedirectToIdPPath: Model<RedirectToIdPPath> = /* @__PURE__ */ paramsModel(() => obj<RedirectToIdPPath>({ idpId: z.string() }));

/** Request of {@link redirectToIdP}. */
export interface RedirectToIdPRequest {
  path: RedirectToIdPPath;
  query: SsoRedirectQuery;
}

/**
 * Sends the browser to the single sign-on page of an identity provider.
 *
 * `GET /_matrix/client/v3/login/sso/redirect/{idpId}` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirectidpid}
 */
export const redirectToIdP: Endpoint<RedirectToIdPRequest, Redirect> = /* @__PURE__ */ endpoint({
  id: "redirectToIdP",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc2858/login/sso/redirect/{idpId}" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/login/sso/redirect/{idpId}" }],
    olderClients: ["/_matrix/client/r0/login/sso/redirect/{idpId}"],
  },
  statuses: [302],
  errors: { 404: {} },
  path: RedirectToIdPPath,
  query: SsoRedirectQuery,
  response: redirectResponse,
});
