import { IdentifierError, requireText } from "./errors.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** Sort key of a room within a space; sorts by code point. */
export type SpaceChildOrder = string;

/** Tolerant schema of a {@link SpaceChildOrder}: any string. */
export const SpaceChildOrder: Schema<SpaceChildOrder> = /* @__PURE__ */ stringSchema();

const grammar = /^[\x20-\x7e]{1,50}$/;

/**
 * Checks a space child order and returns it.
 *
 * @throws {@link IdentifierError} `EMPTY` or `INVALID_CHARACTER` (also when it is too long).
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#ordering-of-children-within-a-space}
 */
export function parseSpaceChildOrder(text: string): SpaceChildOrder {
  requireText(text, "space child order");
  if (!grammar.test(text)) throw new IdentifierError(text === "" ? "EMPTY" : "INVALID_CHARACTER", "space child order");
  return text;
}

/** Whether a text is a space child order: 1 to 50 characters from U+0020 to U+007E. */
export function isSpaceChildOrder(value: unknown): value is SpaceChildOrder {
  return typeof value === "string" && grammar.test(value);
}
