/** What a value or a text breaks: the stable `code` of a {@link CanonicalJsonError}. */
export type CanonicalJsonErrorCode =
  | "unsupported_type"
  | "float"
  | "exponent"
  | "negative_zero"
  | "integer_out_of_range"
  | "number_not_finite"
  | "lone_surrogate"
  | "too_deep"
  | "duplicate_key"
  | "invalid_utf8"
  | "syntax"
  | "trailing_data"
  | "field_too_large"
  | "event_too_large";

/** Base class of every error of this package; match `code`, not the message. */
export class CanonicalJsonError extends Error {
  override readonly name: string = "CanonicalJsonError";
  /** The broken rule. */
  readonly code: CanonicalJsonErrorCode;
  /** JSON pointer (RFC 6901) to the offending value; empty for the whole document. */
  readonly pointer: string;

  constructor(code: CanonicalJsonErrorCode, pointer: string, message: string) {
    super(`${message} (at ${pointer === "" ? "the root" : pointer})`);
    this.code = code;
    this.pointer = pointer;
  }
}

/** Thrown when a text is not acceptable JSON. */
export class JsonParseError extends CanonicalJsonError {
  override readonly name: string = "JsonParseError";
  /** Offset of the offending token from the start of the text, in UTF-8 bytes. */
  readonly offsetBytes: number;

  constructor(code: CanonicalJsonErrorCode, pointer: string, offsetBytes: number, message: string) {
    super(code, pointer, `${message}, byte ${offsetBytes}`);
    this.offsetBytes = offsetBytes;
  }
}
