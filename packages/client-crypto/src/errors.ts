/** What went wrong with encryption; stable, to be matched by callers. */
export type CryptoErrorCode =
  | "ALREADY_SET_UP"
  | "BAD_CODE"
  | "BAD_KEY_FILE"
  | "CANNOT_OPEN"
  | "CLOSED"
  | "DEVICE_KEYS_LOST"
  | "ENGINE_FAILED"
  | "TIMEOUT"
  | "NO_CODE"
  | "NO_IDENTITY"
  | "NO_SECRET_STORAGE"
  | "UNKNOWN_DEVICE"
  | "UNSUPPORTED_ALGORITHM"
  | "WRONG_PASSPHRASE"
  | "WRONG_RECOVERY_KEY";

/** Base class of the errors of this package; match on `code`. */
export class CryptoError extends Error {
  override readonly name: string = "CryptoError";
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
