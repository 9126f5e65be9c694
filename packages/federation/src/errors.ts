/** Why something was refused or failed: the stable `code` of a {@link FederationError}. */
export type FederationErrorCode =
  /** A server name does not follow the grammar, or names an address that is none. */
  | "invalid_server_name"
  /** No address was found for a server name. */
  | "server_not_found"
  /** All addresses of a server are ones that must not be connected to. */
  | "address_not_allowed"
  /** No connection could be made; nothing was sent. */
  | "connection_failed"
  /** The certificate is not valid for the server. Nothing was sent. */
  | "certificate_not_valid"
  /** The connection broke after the request was sent. */
  | "connection_lost"
  /** Something took longer than it may. */
  | "timed_out"
  /** A response has more bytes than allowed. */
  | "response_too_large"
  /** A response is not what it should be. */
  | "malformed_response"
  /** More redirects than allowed, or in a circle. */
  | "too_many_redirects"
  /** A redirect to something that is not https. */
  | "redirect_not_allowed"
  /** The destination failed before and is left alone for a while; see `retryAtTs`. */
  | "backing_off"
  /** A request to the own server. */
  | "own_server"
  /** A request has no `X-Matrix` header. */
  | "missing_authorization"
  /** The `X-Matrix` headers of a request are malformed, too many, or contradict one another. */
  | "malformed_authorization"
  /** A request was signed for another destination. */
  | "wrong_destination"
  /** A request is not signed by any key that is known. */
  | "unknown_key"
  /** The keys that signed have expired, or are not valid for long enough. */
  | "key_not_valid"
  /** A signature does not verify. */
  | "bad_signature"
  /** What is to be signed or verified has no Canonical JSON. */
  | "not_canonical"
  /** A key response does not have the form it should have. */
  | "malformed_keys"
  /** A key response names another server than was asked. */
  | "wrong_server_name"
  /** A key response lacks the signature of the server that it is about. */
  | "unsigned_keys"
  /** A key response of a notary lacks the signature of that notary. */
  | "notary_not_signed"
  /** The policy server gave no valid signature. */
  | "policy_signature_not_valid";

/** Extras of a {@link FederationError}. */
export interface FederationErrorOptions extends ErrorOptions {
  /** When the next try is allowed, in milliseconds since the epoch. */
  readonly retryAtTs?: number | undefined;
}

/** Base class of the errors of this package; match `code`, not the message. */
export class FederationError extends Error {
  override readonly name: string = "FederationError";
  readonly code: FederationErrorCode;
  /** With `backing_off`: when the next try is allowed, in milliseconds since the epoch. */
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
