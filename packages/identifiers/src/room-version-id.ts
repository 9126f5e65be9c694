import { IdentifierError, requireText } from "./errors.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** ID of a room version, such as `12`. */
export type RoomVersionId = string;

/** Tolerant schema of a {@link RoomVersionId}: any string. */
export const RoomVersionId: Schema<RoomVersionId> = /* @__PURE__ */ stringSchema();

const grammar = /^[a-z0-9.-]{1,32}$/;

/**
 * Checks a room version and returns it.
 *
 * @throws {@link IdentifierError} `EMPTY` or `INVALID_CHARACTER` (also when it is too long).
 * @see {@link https://spec.matrix.org/v1.19/rooms/#room-version-grammar}
 */
export function parseRoomVersionId(text: string): RoomVersionId {
  requireText(text, "room version");
  if (!grammar.test(text)) throw new IdentifierError(text === "" ? "EMPTY" : "INVALID_CHARACTER", "room version");
  return text;
}

/** Whether a text is a room version: 1 to 32 of `a-z0-9.-`. */
export function isRoomVersionId(value: unknown): value is RoomVersionId {
  return typeof value === "string" && grammar.test(value);
}

/** Whether a room version is reserved for the specification: only digits and dots. */
export function isReservedRoomVersionId(value: unknown): boolean {
  return typeof value === "string" && /^[0-9.]+$/.test(value);
}
