import { IdentifierError, requireText } from "./errors.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** Name of a one-time or fallback key within its algorithm, unique to the device. */
export type OneTimeKeyName = string;

/** Tolerant schema of a {@link OneTimeKeyName}: any string. */
export const OneTimeKeyName: Schema<OneTimeKeyName> = /* @__PURE__ */ stringSchema();

/** Checks a one-time key name, which may be any string but the empty one, and returns it. @throws {@link IdentifierError} `EMPTY`. */
export function parseOneTimeKeyName(text: string): OneTimeKeyName {
  requireText(text, "one-time key name");
  if (text === "") throw new IdentifierError("EMPTY", "one-time key name");
  return text;
}

/** Whether a text can be a one-time key name. The specification gives no grammar, so only the empty string is refused. */
export function isOneTimeKeyName(value: unknown): value is OneTimeKeyName {
  return typeof value === "string" && value !== "";
}
