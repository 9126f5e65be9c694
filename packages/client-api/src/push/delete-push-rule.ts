import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { PushRulePath } from "./push-rule-path.ts";

/** Request of {@link deletePushRule}. */
export interface DeletePushRuleRequest {
  path: PushRulePath;
}

/**
 * Deletes a push rule.
 *
 * `DELETE /_matrix/client/v3/pushrules/global/{kind}/{ruleId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3pushrulesglobalkindruleid}
 */
export const deletePushRule: Endpoint<DeletePushRuleRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deletePushRule",
  method: "DELETE",
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
  response: EmptyObject,
});
