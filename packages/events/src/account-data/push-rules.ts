import { type Model, model, obj } from "@patrix/api";
import { Ruleset } from "@patrix/push-rules";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.push_rules`: which events notify the user.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mpush_rules}
 */
export interface PushRulesContent {
  global?: Ruleset | undefined;
}
/** Checks the content of `m.push_rules`. */
export const PushRulesContent: Model<PushRulesContent> = /* @__PURE__ */ model(() =>
  obj<PushRulesContent>({ global: z.optional(Ruleset.schema) }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.push_rules": PushRulesContent;
  }
}

/** Defines `m.push_rules`. */
export const pushRules: EventDefinition<"global-account-data", "m.push_rules", PushRulesContent> = /* @__PURE__ */ defineEvent(
  "global-account-data",
  "m.push_rules",
  PushRulesContent,
);
