/** Base class of the errors that this package throws; match on `code`. */
export abstract class ApiError extends Error {
  abstract readonly code: string;
}

/** One problem found in a payload. */
export interface Issue {
  /** JSON pointer into the payload; the empty string is the whole payload. */
  readonly pointer: string;
  /** The rule that is broken, as `expected string, got number`. */
  readonly message: string;
}

/** Thrown when a payload does not match its model. */
export class ValidationError extends ApiError {
  override readonly name = "ValidationError";
  readonly code = "INVALID_PAYLOAD";
  /** Every problem, in document order. */
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super(formatIssues(issues));
    this.issues = issues;
  }
}

/** Thrown when a request cannot be built: no path for the server's versions, no token, or a path variable that is missing or no Unicode text. */
export class RequestError extends ApiError {
  override readonly name = "RequestError";
  readonly code: "UNSUPPORTED_ENDPOINT" | "REMOVED_ENDPOINT" | "MISSING_PATH_VARIABLE" | "INVALID_PATH_VARIABLE" | "MISSING_TOKEN";
  constructor(code: RequestError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Prints issues as one line for messages: `/content/body: expected string, got number; …`. At most five are named. */
export function formatIssues(issues: readonly Issue[]): string {
  const named = issues.slice(0, 5).map((issue) => `${issue.pointer || "/"}: ${issue.message}`);
  if (issues.length > named.length) named.push(`and ${issues.length - named.length} more`);
  return named.join("; ");
}
