import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** A condition of a push rule; which members it has depends on its kind. */
export interface PushCondition {
  /** What is compared. */
  kind: string;
  /** Path of the property, with `.` between names. */
  key?: string | undefined;
  /** Glob to match. */
  pattern?: string | undefined;
  /** A number, maybe after `==`, `<`, `>`, `>=` or `<=`. */
  is?: string | undefined;
  /** The exact value to match. */
  value?: string | number | boolean | null | undefined;
}

/** Checks a {@link PushCondition}. */
export const PushCondition: Model<PushCondition> = /* @__PURE__ */ model(() =>
  obj<PushCondition>({
    kind: z.string(),
    key: z.optional(z.string()),
    pattern: z.optional(z.string()),
    is: z.optional(z.string()),
    value: z.optional(z.union([z.string(), z.int(), z.boolean(), z.null()])),
  }),
);
