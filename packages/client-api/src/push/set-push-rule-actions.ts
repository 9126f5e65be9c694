import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { PushRuleActionsBody } from "./push-rule-actions-body.ts";
import { PushRulePath } from "./push-rule-path.ts";

/** Request of {@link setPushRuleActions}. */
export interface SetPushRuleActionsRequest {
  path: PushRulePath;
  body: PushRuleActionsBody;
}

/**
 * Changes what a push rule does.
 *
 * `PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}/actions` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleidactions}
 */
export const setPushRuleActions: Endpoint<SetPushRuleActionsRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setPushRuleActions",
  method: "PUT",
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
  body: PushRuleActionsBody,
  response: EmptyObject,
});
