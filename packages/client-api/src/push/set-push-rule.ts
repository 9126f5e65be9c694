import { EmptyObject, type Endpoint, endpoint, type JsonObject, jsonObject, type Model, model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { PushCondition } from "./push-condition.ts";
import { PushRulePath } from "./push-rule-path.ts";

/** Query parameters of {@link setPushRule}. */
export interface SetPushRuleQuery {
  /** Puts the rule before this one. */
  before?: string | undefined;
  /** Puts the rule after this one. */
  after?: string | undefined;
}

/** Checks a {@link SetPushRuleQuery}. */
export const SetPushRuleQuery: Model<SetPushRuleQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<SetPushRuleQuery>({ before: z.optional(z.string()), after: z.optional(z.string()) }),
);

/** Body of {@link setPushRule}. */
export interface SetPushRuleBody {
  /** What the rule does. */
  actions: (string | JsonObject)[];
  /** All must match; for override and underride rules. */
  conditions?: PushCondition[] | undefined;
  /** Glob that the body must match; for content rules. */
  pattern?: string | undefined;
}

/** Checks a {@link SetPushRuleBody}. */
export const SetPushRuleBody: Model<SetPushRuleBody> = /* @__PURE__ */ model(() =>
  obj<SetPushRuleBody>({
    actions: z.array(z.union([z.string(), jsonObject()])),
    conditions: z.optional(z.array(PushCondition.schema)),
    pattern: z.optional(z.string()),
  }),
);

/** Request of {@link setPushRule}. */
export interface SetPushRuleRequest {
  path: PushRulePath;
  query?: SetPushRuleQuery | undefined;
  body: SetPushRuleBody;
}

/**
 * Creates or replaces a push rule.
 *
 * `PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleid}
 */
export const setPushRule: Endpoint<SetPushRuleRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setPushRule",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/pushrules/global/{kind}/{ruleId}" },
      { since: "v1.1", path: "/_matrix/client/v3/pushrules/global/{kind}/{ruleId}" },
    ],
  },
  errors: { 400: {}, 404: {} },
  path: PushRulePath,
  query: SetPushRuleQuery,
  body: SetPushRuleBody,
  response: EmptyObject,
});
