/** Why a file cannot be used as a store; stable, to be matched by callers. */
export type IdbSqliteErrorCode =
  | "ALREADY_MOUNTED"
  | "CANNOT_OPEN"
  | "CLOSED"
  | "FILE_IN_USE"
  | "GLOBAL_IN_USE"
  | "NEWER_FORMAT"
  | "NOT_A_STORE"
  | "NOT_MOUNTED"
  | "UNSUPPORTED_PLATFORM";

/** What is wrong with a file, as opposed to what is wrong with a request, which is a `DOMException` as IndexedDB asks. */
export class IdbSqliteError extends Error {
  override readonly name: string = "IdbSqliteError";
  readonly code: IdbSqliteErrorCode;

  constructor(code: IdbSqliteErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Names of the `DOMException`s of IndexedDB. */
export type IdbExceptionName =
  | "AbortError"
  | "ConstraintError"
  | "DataCloneError"
  | "DataError"
  | "InvalidAccessError"
  | "InvalidStateError"
  | "NotFoundError"
  | "QuotaExceededError"
  | "ReadOnlyError"
  | "SyntaxError"
  | "TransactionInactiveError"
  | "UnknownError"
  | "VersionError";

/** Makes a `DOMException` of IndexedDB. */
export function idbException(name: IdbExceptionName, message: string, cause?: unknown): DOMException {
  const exception = new DOMException(message, name);
  if (cause !== undefined) Object.defineProperty(exception, "cause", { value: cause, configurable: true });
  return exception;
}
