import { IdentifierError, requireText } from "./errors.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** Name of a server's signing key within its algorithm, such as `auto2`. */
export type ServerSigningKeyVersion = string;

/** Tolerant schema of a {@link ServerSigningKeyVersion}: any string. */
export const ServerSigningKeyVersion: Schema<ServerSigningKeyVersion> = /* @__PURE__ */ stringSchema();

const grammar = /^[a-zA-Z0-9_]+$/;

/**
 * Checks a server signing key version and returns it.
 *
 * @throws {@link IdentifierError} `EMPTY` or `INVALID_CHARACTER` (also when it is too long).
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#retrieving-server-keys}
 */
export function parseServerSigningKeyVersion(text: string): ServerSigningKeyVersion {
  requireText(text, "server signing key version");
  if (!grammar.test(text)) throw new IdentifierError(text === "" ? "EMPTY" : "INVALID_CHARACTER", "server signing key version");
  return text;
}

/** Whether a text is a server signing key version: one or more of `a-zA-Z0-9_`. */
export function isServerSigningKeyVersion(value: unknown): value is ServerSigningKeyVersion {
  return typeof value === "string" && grammar.test(value);
}
