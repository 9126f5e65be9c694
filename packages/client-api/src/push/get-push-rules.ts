import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { PushRuleset } from "./push-ruleset.ts";

/** Response of {@link getPushRules}. */
export interface GetPushRulesResponse {
  global: PushRuleset;
}

/** Checks a {@link GetPushRulesResponse}. */
export const GetPushRulesResponse: Model<GetPushRulesResponse> = /* @__PURE__ */ model(() =>
  obj<GetPushRulesResponse>({ global: PushRuleset.schema }),
);

/**
 * Reads all push rules of the user.
 *
 * `GET /_matrix/client/v3/pushrules/` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrules}
 */
export const getPushRules: Endpoint<EmptyObject, GetPushRulesResponse> = /* @__PURE__ */ endpoint({
  id: "getPushRules",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/pushrules/" },
      { since: "v1.1", path: "/_matrix/client/v3/pushrules/" },
    ],
  },
  response: GetPushRulesResponse,
});
