import { independent, model, type Model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { PushRule } from "./push-rule.ts";

/** The push rules of a scope, by kind; each list is in order of priority. */
export interface PushRuleset {
  /** Tried second; matched against the body. */
  content?: PushRule[] | undefined;
  /** Tried first. */
  override?: PushRule[] | undefined;
  /** Tried third; named by room. */
  room?: PushRule[] | undefined;
  /** Tried fourth; named by sender. */
  sender?: PushRule[] | undefined;
  /** Tried last. */
  underride?: PushRule[] | undefined;
}

/** Checks a {@link PushRuleset}. */
export const PushRuleset: Model<PushRuleset> = /* @__PURE__ */ model(() =>
  obj<PushRuleset>({
    content: z.optional(independent(z.array(PushRule.schema))),
    override: z.optional(independent(z.array(PushRule.schema))),
    room: z.optional(independent(z.array(PushRule.schema))),
    sender: z.optional(independent(z.array(PushRule.schema))),
    underride: z.optional(independent(z.array(PushRule.schema))),
  }),
);
