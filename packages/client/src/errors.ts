import { MatrixError } from "@patrix/api";

/** What went wrong on the client's side; stable, to be matched by callers. */
export type ClientErrorCode =
  | "ALREADY_SET_UP"
  | "BAD_CODE"
  | "BAD_FILE"
  | "BAD_KEY_FILE"
  | "CANCELLED"
  | "DEPENDENCY_FAILED"
  | "DEVICE_KEYS_LOST"
  | "DISCOVERY_FAILED"
  | "ENCRYPTION_FAILED"
  | "INVALID_OPTIONS"
  | "NETWORK_ERROR"
  | "NO_CODE"
  | "NO_IDENTITY"
  | "NOT_EDITABLE"
  | "NOT_FOUND"
  | "NOT_LOGGED_IN"
  | "NOT_SENT"
  | "RESPONSE_TOO_LARGE"
  | "SEND_FAILED"
  | "NO_SECRET_STORAGE"
  | "ROOM_IS_ENCRYPTED"
  | "STOPPED"
  | "STORAGE_FULL"
  | "STORE_IN_USE"
  | "STORE_LOST"
  | "TIMEOUT"
  | "UIA_FAILED"
  | "UNEXPECTED_RESPONSE"
  | "UNSUPPORTED_PLATFORM"
  | "WRONG_PASSPHRASE"
  | "WRONG_RECOVERY_KEY";

/** Base class of the errors of this package; match on `code`. What the server answers is a `MatrixError`, whose code is `MATRIX_ERROR`. */
export class ClientError extends Error {
  override readonly name: string = "ClientError";
  readonly code: ClientErrorCode;
  constructor(code: ClientErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What a request fails with: what the server answered, or why there is no answer. */
export type RequestFailure = ClientError | MatrixError;

/** Tells a failed request from a mistake in the program. */
export function isRequestFailure(error: unknown): error is RequestFailure {
  return error instanceof ClientError || error instanceof MatrixError;
}

/** Whether the server no longer knows the access token. */
export function isUnknownToken(error: unknown): boolean {
  return MatrixError.is(error, "M_UNKNOWN_TOKEN") || MatrixError.is(error, "M_MISSING_TOKEN");
}
