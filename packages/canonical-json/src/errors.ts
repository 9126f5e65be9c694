/** What a value or a text breaks: the stable `code` of a {@link CanonicalJsonError}. */
export type CanonicalJsonErrorCode =
  | "UNSUPPORTED_TYPE"
  | "FLOAT"
  | "EXPONENT"
  | "NEGATIVE_ZERO"
  | "INTEGER_OUT_OF_RANGE"
  | "NUMBER_NOT_FINITE"
  | "LONE_SURROGATE"
  | "TOO_DEEP"
  | "DUPLICATE_KEY"
  | "INVALID_UTF8"
  | "SYNTAX"
  | "TRAILING_DATA"
  | "FIELD_TOO_LARGE"
  | "EVENT_TOO_LARGE";

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
