/** Base class of the errors of this package; match on `code`. */
export abstract class AppserviceApiError extends Error {
  abstract readonly code: string;
}

/** Thrown for a namespace whose pattern is not a regular expression. */
export class NamespaceError extends AppserviceApiError {
  override readonly name = "NamespaceError";
  readonly code: "INVALID_NAMESPACE";
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = "INVALID_NAMESPACE";
  }
}
