import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { OpenIdToken } from "./openid-token.ts";
import { UserPath } from "./user-path.ts";

/** Request of {@link requestOpenIdToken}. */
export interface RequestOpenIdTokenRequest {
  path: UserPath;
  body?: EmptyObject | undefined;
}

/**
 * Creates a token with which another service can learn who the user is.
 *
 * `POST /_matrix/client/v3/user/{userId}/openid/request_token` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridopenidrequest_token}
 */
export const requestOpenIdToken: Endpoint<RequestOpenIdTokenRequest, OpenIdToken> = /* @__PURE__ */ endpoint({
  id: "requestOpenIdToken",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/openid/request_token" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/openid/request_token" },
    ],
  },
  path: UserPath,
  body: EmptyObject,
  response: OpenIdToken,
});
