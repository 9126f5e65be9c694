import { type EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { PushRuleset } from "./push-ruleset.ts";

/**
 * Reads the push rules of the user without the surrounding scope.
 *
 * `GET /_matrix/client/v3/pushrules/global/` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobal}
 */
export const getPushRulesGlobal: Endpoint<EmptyObject, PushRuleset> = /* @__PURE__ */ endpoint({
  id: "getPushRulesGlobal",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/pushrules/global/" },
      { since: "v1.1", path: "/_matrix/client/v3/pushrules/global/" },
    ],
  },
  response: PushRuleset,
});
