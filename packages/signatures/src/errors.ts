/** What a call refused: the stable `code` of a {@link SignaturesError}. */
export type SignaturesErrorCode =
  | "invalid_key"
  | "invalid_key_id"
  | "invalid_key_file"
  | "malformed_event"
  | "malformed_signatures"
  | "event_id_required"
  | "event_too_large";

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
