import type { ErrorFields, JsonObject, MatrixError } from "@patrix/api";

/** What went wrong on the client's side; stable, to be matched by callers. */
export type ClientErrorCode =
  | "BAD_FILE"
  | "CANCELLED"
  | "DISCOVERY_FAILED"
  | "INVALID_OPTIONS"
  | "MATRIX_ERROR"
  | "NETWORK_ERROR"
  | "NOT_FOUND"
  | "NOT_LOGGED_IN"
  | "RESPONSE_TOO_LARGE"
  | "ROOM_IS_ENCRYPTED"
  | "STOPPED"
  | "STORE_IN_USE"
  | "TIMEOUT"
  | "UIA_FAILED"
  | "UNEXPECTED_RESPONSE"
  | "WRONG_PASSPHRASE";

/** Base class of every error that this package throws; match on `code`. */
export class ClientError extends Error {
  override readonly name: string = "ClientError";
  readonly code: ClientErrorCode;
  constructor(code: ClientErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/**
 * An error answer of the homeserver.
 *
 * @example
 * if (MatrixApiError.is(error, "M_LIMIT_EXCEEDED")) console.log(error.retryAfterMs);
 */
export class MatrixApiError extends ClientError {
  override readonly name = "MatrixApiError";
  /** As the server sent it, for example `M_FORBIDDEN`. */
  readonly errcode: string;
  /** HTTP status, 400–599. */
  readonly status: number;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The whole JSON body. */
  readonly body: JsonObject;

  constructor(error: Pick<MatrixError, "errcode" | "status" | "message" | "retryAfterMs" | "body">) {
    super("MATRIX_ERROR", `${error.errcode}: ${error.message}`, error instanceof Error ? error : undefined);
    this.errcode = error.errcode;
    this.status = error.status;
    this.retryAfterMs = error.retryAfterMs;
    this.body = error.body;
  }

  /** Narrows to a code of the specification and the members that come with it. */
  static is<C extends keyof ErrorFields>(error: unknown, code: C): error is MatrixApiError & { errcode: C; body: ErrorFields[C] } {
    return error instanceof MatrixApiError && error.errcode === code;
  }
}

/** Whether the server no longer knows the access token. */
export function isUnknownToken(error: unknown): boolean {
  return MatrixApiError.is(error, "M_UNKNOWN_TOKEN") || MatrixApiError.is(error, "M_MISSING_TOKEN");
}
