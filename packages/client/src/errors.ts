import { MatrixError } from "@patrix/api";
import type { OAuthErrorCode } from "@patrix/client-api";

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
  | "LOGIN_NOT_BEGUN"
  | "NETWORK_ERROR"
  | "NO_CODE"
  | "NO_IDENTITY"
  | "NOT_EDITABLE"
  | "NOT_FOUND"
  | "NOT_LOGGED_IN"
  | "NOT_SENT"
  | "OAUTH_ERROR"
  | "OAUTH_UNUSABLE"
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

/** What an authorization server has refused: code `OAUTH_ERROR`, with its own in `error`. */
export class OAuthError extends ClientError {
  override readonly name: string = "OAuthError";
  /** The code of the refusal, such as `access_denied` or `invalid_grant`. */
  readonly error: OAuthErrorCode;
  constructor(error: OAuthErrorCode, message: string) {
    super("OAUTH_ERROR", message);
    this.error = error;
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

/** Whether the server refused a request only because there were too many. */
export function isRateLimit(error: unknown): boolean {
  return error instanceof MatrixError && (error.status === 429 || error.errcode === "M_LIMIT_EXCEEDED");
}

/** Whether a failure has nothing to do with the request itself, so that the same request may succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof MatrixError) return isRateLimit(error) || error.status >= 500;
  return error instanceof ClientError && ["NETWORK_ERROR", "TIMEOUT", "UNEXPECTED_RESPONSE"].includes(error.code);
}

/** A response that is longer than what was asked for. */
export function responseTooLarge(maxBytes: number): ClientError {
  return new ClientError("RESPONSE_TOO_LARGE", `the response has more than ${maxBytes} bytes`);
}
