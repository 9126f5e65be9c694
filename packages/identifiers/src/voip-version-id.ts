import * as z from "zod/mini";
import type { OpenString, Schema } from "./schema.ts";

/** Version of the call signalling: the integer 0, or a string from version `"1"` on. */
export type VoipVersionId = 0 | OpenString<"1">;

/** Schema of a {@link VoipVersionId}. */
export const VoipVersionId: Schema<VoipVersionId> = /* @__PURE__ */ z.union([/* @__PURE__ */ z.literal(0), /* @__PURE__ */ z.string()]);

/** Whether a value is a version of the call signalling. */
export function isVoipVersionId(value: unknown): value is VoipVersionId {
  return value === 0 || typeof value === "string";
}
