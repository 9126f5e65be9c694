import { IdentifierError, requireText } from "./errors.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** ID that a client or server gives a request, to make it idempotent. */
export type TransactionId = string;

/** Tolerant schema of a {@link TransactionId}: any string. */
export const TransactionId: Schema<TransactionId> = /* @__PURE__ */ stringSchema();

/** Checks a transaction ID, which may be any string but the empty one, and returns it. @throws {@link IdentifierError} `EMPTY`. */
export function parseTransactionId(text: string): TransactionId {
  requireText(text, "transaction ID");
  if (text === "") throw new IdentifierError("EMPTY", "transaction ID");
  return text;
}

/** Whether a text can be a transaction ID. The specification gives no grammar, so only the empty string is refused. */
export function isTransactionId(value: unknown): value is TransactionId {
  return typeof value === "string" && value !== "";
}
