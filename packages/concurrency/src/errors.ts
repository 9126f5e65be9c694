/** Codes of {@link ConcurrencyError}. `QUEUE_FULL`: as many wait as may wait. */
export type ConcurrencyErrorCode = "QUEUE_FULL";

/** Base class of the errors of this package. */
export class ConcurrencyError extends Error {
  override readonly name = "ConcurrencyError";
  readonly code: ConcurrencyErrorCode;

  constructor(code: ConcurrencyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
