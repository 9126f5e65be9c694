/** What went wrong with a request to somebody else. */
export type OutboundErrorCode =
  /** The address is none that this server connects to. */
  | "ADDRESS_NOT_ALLOWED"
  /** The URL is none that this server asks for, or leads to one. */
  | "URL_NOT_ALLOWED"
  /** No connection, or it broke, or it took too long. */
  | "CONNECTION_FAILED"
  /** The answer is larger than is read. */
  | "ANSWER_TOO_LARGE"
  /** The answer is none that can be used: its status, or how it is encoded. */
  | "ANSWER_REFUSED";

/** A request to somebody else that has no answer. */
export class OutboundError extends Error {
  override readonly name = "OutboundError";
  readonly code: OutboundErrorCode;

  constructor(code: OutboundErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
