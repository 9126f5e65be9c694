/** Why something was refused or failed: the stable `code` of a {@link FederationError}. */
export type FederationErrorCode =
  /** A server name does not follow the grammar, or names an address that is none. */
  | "INVALID_SERVER_NAME"
  /** No address was found for a server name. */
  | "SERVER_NOT_FOUND"
  /** All addresses of a server are ones that must not be connected to. */
  | "ADDRESS_NOT_ALLOWED"
  /** No connection could be made; nothing was sent. */
  | "CONNECTION_FAILED"
  /** The certificate is not valid for the server. Nothing was sent. */
  | "CERTIFICATE_NOT_VALID"
  /** The connection broke after the request was sent. */
  | "CONNECTION_LOST"
  /** Something took longer than it may. */
  | "TIMED_OUT"
  /** A response has more bytes than allowed. */
  | "RESPONSE_TOO_LARGE"
  /** A response is not what it should be. */
  | "MALFORMED_RESPONSE"
  /** More redirects than allowed, or in a circle. */
  | "TOO_MANY_REDIRECTS"
  /** A redirect to something that is not https. */
  | "REDIRECT_NOT_ALLOWED"
  /** The destination failed before and is left alone for a while; see `retryAtTs`. */
  | "BACKING_OFF"
  /** A request to the own server. */
  | "OWN_SERVER"
  /** A request has no `X-Matrix` header. */
  | "MISSING_AUTHORIZATION"
  /** The `X-Matrix` headers of a request are malformed, too many, or contradict one another. */
  | "MALFORMED_AUTHORIZATION"
  /** A request was signed for another destination. */
  | "WRONG_DESTINATION"
  /** A request is not signed by any key that is known. */
  | "UNKNOWN_KEY"
  /** The keys that signed have expired, or are not valid for long enough. */
  | "KEY_NOT_VALID"
  /** A signature does not verify. */
  | "BAD_SIGNATURE"
  /** What is to be signed or verified has no Canonical JSON. */
  | "NOT_CANONICAL"
  /** A key response does not have the form it should have. */
  | "MALFORMED_KEYS"
  /** A key response names another server than was asked. */
  | "WRONG_SERVER_NAME"
  /** A key response lacks the signature of the server that it is about. */
  | "UNSIGNED_KEYS"
  /** A key response of a notary lacks the signature of that notary. */
  | "NOTARY_NOT_SIGNED"
  /** The policy server gave no valid signature. */
  | "POLICY_SIGNATURE_NOT_VALID";

/** Extras of a {@link FederationError}. */
export interface FederationErrorOptions extends ErrorOptions {
  /** When the next try is allowed, in milliseconds since the epoch. */
  readonly retryAtTs?: number | undefined;
}

/** Base class of the errors of this package; match `code`, not the message. */
export class FederationError extends Error {
  override readonly name: string = "FederationError";
  readonly code: FederationErrorCode;
  /** With `BACKING_OFF`: when the next try is allowed, in milliseconds since the epoch. */
  readonly retryAtTs: number | undefined;

  constructor(code: FederationErrorCode, message: string, options?: FederationErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryAtTs = options?.retryAtTs;
  }
}

/** Whether a value is a {@link FederationError} with one of the codes, or with any where none is named. */
export function isFederationError(value: unknown, ...codes: readonly FederationErrorCode[]): value is FederationError {
  return value instanceof FederationError && (codes.length === 0 || codes.includes(value.code));
}
