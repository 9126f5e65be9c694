/** Why a text is not the identifier it should be: the stable `code` of an {@link IdentifierError}. */
export type IdentifierErrorCode =
  /** Not even a text, which programs without types may pass to any function that reads one. */
  | "NOT_A_STRING"
  | "EMPTY"
  | "TOO_LONG"
  | "MISSING_SIGIL"
  | "MISSING_COLON"
  | "INVALID_CHARACTER"
  | "INVALID_LOCALPART"
  | "INVALID_SERVER_NAME"
  | "INVALID_MEDIA_ID"
  | "INVALID_BASE64"
  | "INVALID_URI"
  | "UNKNOWN_URI_TYPE";

/** The one error of this package; match `code`, not the message, which never quotes the text. */
export class IdentifierError extends Error {
  override readonly name = "IdentifierError";
  /** The broken rule. */
  readonly code: IdentifierErrorCode;

  constructor(code: IdentifierErrorCode, kind: string) {
    super(`not a valid ${kind}: ${code.replaceAll("_", " ").toLowerCase()}`);
    this.code = code;
  }
}

/** Refuses what is no text. @internal @throws {@link IdentifierError} `NOT_A_STRING`. */
export function requireText(value: unknown, kind: string): asserts value is string {
  if (typeof value !== "string") throw new IdentifierError("NOT_A_STRING", kind);
}
