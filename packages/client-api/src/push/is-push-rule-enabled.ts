import { type Endpoint, endpoint } from "@patrix/api";
import { PushRuleEnabledBody } from "./push-rule-enabled-body.ts";
import { PushRulePath } from "./push-rule-path.ts";

/** Request of {@link isPushRuleEnabled}. */
export interface IsPushRuleEnabledRequest {
  path: PushRulePath;
}

/**
 * Tells whether a push rule is on.
 *
 * `GET /_matrix/client/v3/pushrules/global/{kind}/{ruleId}/enabled` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleidenabled}
 */
export const isPushRuleEnabled: Endpoint<IsPushRuleEnabledRequest, PushRuleEnabledBody> = /* @__PURE__ */ endpoint({
  id: "isPushRuleEnabled",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}/enabled" },
      { since: "v1.1", path: "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}/enabled" },
    ],
  },
  errors: { 404: {} },
  path: PushRulePath,
  response: PushRuleEnabledBody,
});
