import { IdentifierError, requireText } from "./errors.ts";
import { isRoomAlias, parseRoomAlias, type RoomAlias } from "./room-alias.ts";
import { isRoomId, parseRoomId, type RoomId } from "./room-id.ts";
import { identifierSchema, type Schema } from "./schema.ts";
import type { ServerName } from "./server-name.ts";

/** A room ID or a room alias. */
export type RoomIdOrAlias = RoomId | RoomAlias;

/** Tolerant schema of a {@link RoomIdOrAlias}. */
export const RoomIdOrAlias: Schema<RoomIdOrAlias> = /* @__PURE__ */ identifierSchema<RoomIdOrAlias>(
  /^(?:!.|#[^:]*:.)/s,
  "a room ID or alias, such as !abc or #room:example.org",
);

/** Which of both a text is. */
export interface RoomIdOrAliasParts {
  readonly kind: "roomId" | "roomAlias";
  /** Server of the alias or room ID; `undefined` for room IDs without one. */
  readonly serverName: ServerName | undefined;
}

/**
 * Tells room IDs from room aliases.
 *
 * @throws {@link IdentifierError} as {@link parseRoomId} and {@link parseRoomAlias} do.
 */
export function parseRoomIdOrAlias(text: string): RoomIdOrAliasParts {
  requireText(text, "room ID or alias");
  if (text.startsWith("#")) return { kind: "roomAlias", serverName: parseRoomAlias(text).serverName };
  if (text.startsWith("!")) return { kind: "roomId", serverName: parseRoomId(text).serverName };
  throw new IdentifierError(text === "" ? "EMPTY" : "MISSING_SIGIL", "room ID or alias");
}

/** Whether a text is a room ID or a room alias. */
export function isRoomIdOrAlias(value: unknown): value is RoomIdOrAlias {
  return isRoomId(value) || isRoomAlias(value);
}
