/** Why a text is not the identifier it should be: the stable `code` of an {@link IdentifierError}. */
export type IdentifierErrorCode =
  | "empty"
  | "too_long"
  | "missing_sigil"
  | "missing_colon"
  | "invalid_character"
  | "invalid_localpart"
  | "invalid_server_name"
  | "invalid_media_id"
  | "invalid_base64"
  | "invalid_uri"
  | "unknown_uri_type";

/** The one error of this package; match `code`, not the message, which never quotes the text. */
export class IdentifierError extends Error {
  override readonly name = "IdentifierError";
  /** The broken rule. */
  readonly code: IdentifierErrorCode;

  constructor(code: IdentifierErrorCode, kind: string) {
    super(`not a valid ${kind}: ${code.replaceAll("_", " ")}`);
    this.code = code;
  }
}
