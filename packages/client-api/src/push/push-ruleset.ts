import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { PushRule } from "./push-rule.ts";

/** The push rules of a scope, by kind; each list is in order of priority. */
export interface PushRuleset {
  content?: PushRule[] | undefined;
  override?: PushRule[] | undefined;
  room?: PushRule[] | undefined;
  sender?: PushRule[] | undefined;
  underride?: PushRule[] | undefined;
}

/** Checks a {@link PushRuleset}. */
export const PushRuleset: Model<PushRuleset> = /* @__PURE__ */ model(() =>
  obj<PushRuleset>({
    content: z.optional(z.array(PushRule.schema)),
    override: z.optional(z.array(PushRule.schema)),
    room: z.optional(z.array(PushRule.schema)),
    sender: z.optional(z.array(PushRule.schema)),
    underride: z.optional(z.array(PushRule.schema)),
  }),
);
