import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { ThreepidCredentials } from "./threepid-credentials.ts";

/** Request of {@link bind3PID}. */
export interface Bind3PIDRequest {
  body: ThreepidCredentials;
}

/**
 * Publishes a third-party address of the account at an identity server.
 *
 * `POST /_matrix/client/v3/account/3pid/bind` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidbind}
 */
export const bind3PID: Endpoint<Bind3PIDRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "bind3PID",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/3pid/bind" },
      { since: "v1.1", path: "/_matrix/client/v3/account/3pid/bind" },
    ],
  },
  body: ThreepidCredentials,
  response: EmptyObject,
});
