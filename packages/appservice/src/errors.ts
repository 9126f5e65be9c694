/** What went wrong on the side of the application service; stable, to be matched by callers. */
export type AppserviceErrorCode =
  | "ENCRYPTION_FAILED"
  | "FILE_IS_NOT_ENCRYPTED"
  | "INVALID_OPTIONS"
  | "INVALID_REGISTRATION"
  | "NOT_IN_NAMESPACE"
  | "NOT_PARSEABLE"
  | "NOT_READABLE"
  | "ROOM_IS_ENCRYPTED"
  | "WRONG_TOKEN";

/** Base class of the errors of this package; match on `code`. What the homeserver answers is a `MatrixError`. */
export class AppserviceError extends Error {
  override readonly name: string = "AppserviceError";
  readonly code: AppserviceErrorCode;
  constructor(code: AppserviceErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
