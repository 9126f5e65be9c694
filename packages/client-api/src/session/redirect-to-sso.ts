import { type Endpoint, endpoint, type Redirect, redirectResponse } from "@patrix/api";
import { SsoRedirectQuery } from "./sso-redirect-query.ts";

/** Request of {@link redirectToSSO}. */
export interface RedirectToSSORequest {
  query: SsoRedirectQuery;
}

/**
 * Sends the browser to the single sign-on page of the homeserver.
 *
 * `GET /_matrix/client/v3/login/sso/redirect` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirect}
 */
export const redirectToSSO: Endpoint<RedirectToSSORequest, Redirect> = /* @__PURE__ */ endpoint({
  id: "redirectToSSO",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.5.0", path: "/_matrix/client/r0/login/sso/redirect" },
      { since: "v1.1", path: "/_matrix/client/v3/login/sso/redirect" },
    ],
  },
  statuses: [302],
  query: SsoRedirectQuery,
  response: redirectResponse,
});
