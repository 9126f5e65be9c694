/** Base class of the errors of this package; match on `code`. */
export abstract class FederationApiError extends Error {
  abstract readonly code: string;
}

/** Thrown for an `X-Matrix` header that cannot be read or written. */
export class XMatrixError extends FederationApiError {
  override readonly name = "XMatrixError";
  readonly code: "INVALID_X_MATRIX";
  constructor(message: string) {
    super(message);
    this.code = "INVALID_X_MATRIX";
  }
}
