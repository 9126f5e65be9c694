/** What a call refused: the stable `code` of a {@link SignaturesError}. */
export type SignaturesErrorCode =
  | "NOT_AN_OBJECT"
  | "INVALID_KEY"
  | "INVALID_KEY_ID"
  | "INVALID_KEY_FILE"
  | "MALFORMED_EVENT"
  | "MALFORMED_SIGNATURES"
  | "EVENT_ID_REQUIRED"
  | "EVENT_TOO_LARGE";

/** Base class of the errors of this package; match `code`, not the message. Keys never appear in messages. */
export class SignaturesError extends Error {
  override readonly name: string = "SignaturesError";
  /** The broken rule. */
  readonly code: SignaturesErrorCode;

  constructor(code: SignaturesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
