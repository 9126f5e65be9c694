import { type Endpoint, endpoint } from "@patrix/api";
import { PushRuleActionsBody } from "./push-rule-actions-body.ts";
import { PushRulePath } from "./push-rule-path.ts";

/** Request of {@link getPushRuleActions}. */
export interface GetPushRuleActionsRequest {
  path: PushRulePath;
}

/**
 * Reads what a push rule does.
 *
 * `GET /_matrix/client/v3/pushrules/global/{kind}/{ruleId}/actions` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleidactions}
 */
export const getPushRuleActions: Endpoint<GetPushRuleActionsRequest, PushRuleActionsBody> = /* @__PURE__ */ endpoint({
  id: "getPushRuleActions",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}/actions" },
      { since: "v1.1", path: "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}/actions" },
    ],
  },
  errors: { 404: {} },
  path: PushRulePath,
  response: PushRuleActionsBody,
});
