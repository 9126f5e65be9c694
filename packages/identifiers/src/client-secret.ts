import { IdentifierError, requireText } from "./errors.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** Secret by which a client proves that it began a validation session. */
export type ClientSecret = string;

/** Tolerant schema of a {@link ClientSecret}: any string. */
export const ClientSecret: Schema<ClientSecret> = /* @__PURE__ */ stringSchema();

const grammar = /^[0-9a-zA-Z.=_-]{1,255}$/;

/**
 * Checks a client secret and returns it.
 *
 * @throws {@link IdentifierError} `EMPTY` or `INVALID_CHARACTER` (also when it is too long).
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registeremailrequesttoken}
 */
export function parseClientSecret(text: string): ClientSecret {
  requireText(text, "client secret");
  if (!grammar.test(text)) throw new IdentifierError(text === "" ? "EMPTY" : "INVALID_CHARACTER", "client secret");
  return text;
}

/** Whether a text is a client secret: 1 to 255 of `0-9a-zA-Z.=_-`. */
export function isClientSecret(value: unknown): value is ClientSecret {
  return typeof value === "string" && grammar.test(value);
}
