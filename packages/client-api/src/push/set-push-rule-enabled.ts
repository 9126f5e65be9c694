import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { PushRuleEnabledBody } from "./push-rule-enabled-body.ts";
import { PushRulePath } from "./push-rule-path.ts";

/** Request of {@link setPushRuleEnabled}. */
export interface SetPushRuleEnabledRequest {
  path: PushRulePath;
  body: PushRuleEnabledBody;
}

/**
 * Turns a push rule on or off.
 *
 * `PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}/enabled` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleidenabled}
 */
export const setPushRuleEnabled: Endpoint<SetPushRuleEnabledRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setPushRuleEnabled",
  method: "PUT",
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
  body: PushRuleEnabledBody,
  response: EmptyObject,
});
