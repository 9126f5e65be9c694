import { type Endpoint, endpoint } from "@patrix/api";
import { PushRule } from "./push-rule.ts";
import { PushRulePath } from "./push-rule-path.ts";

/** Request of {@link getPushRule}. */
export interface GetPushRuleRequest {
  path: PushRulePath;
}

/**
 * Reads one push rule.
 *
 * `GET /_matrix/client/v3/pushrules/global/{kind}/{ruleId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleid}
 */
export const getPushRule: Endpoint<GetPushRuleRequest, PushRule> = /* @__PURE__ */ endpoint({
  id: "getPushRule",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}" },
      { since: "v1.1", path: "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}" },
    ],
  },
  errors: { 404: {} },
  path: PushRulePath,
  response: PushRule,
});
