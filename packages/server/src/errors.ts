/** Base class of the errors that this package throws for its callers' mistakes; match on `code`. */
export abstract class ServerError extends Error {
  abstract readonly code: string;
}

/** Thrown when handlers cannot be mounted: two for one operation, or one that asks for credentials which nothing can check. */
export class MountError extends ServerError {
  override readonly name = "MountError";
  readonly code: "DUPLICATE_HANDLER" | "NO_AUTHENTICATION";
  constructor(code: MountError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
