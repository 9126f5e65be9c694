import { limits, type RefusingLimitName } from "./limits.ts";

/**
 * Base class of the errors that this package throws for its callers; match on `code`. Each folder of features has a class of its
 * own. How they look on the wire is the business of `http/errors` alone.
 */
export abstract class HomeserverError extends Error {
  abstract readonly code: string;
}

/** Thrown for a request that would store more than a limit allows; nothing of it is stored. */
export class LimitError extends HomeserverError {
  override readonly name = "LimitError";
  readonly code = "LIMIT_EXCEEDED";
  readonly limit: RefusingLimitName;
  /** When there is room again, in milliseconds; `undefined` where waiting does not help. */
  readonly retryAfterMs: number | undefined;

  /** @param field Names the part of the request that exceeds it. */
  constructor(
    limit: RefusingLimitName,
    field: string,
    { most = limits[limit].value, retryAfterMs }: { readonly most?: number; readonly retryAfterMs?: number } = {},
  ) {
    super(`${field}: expected at most ${most} ${limits[limit].what}`);
    this.limit = limit;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Thrown where so much waits already that nothing more is taken. */
export class OverloadedError extends HomeserverError {
  override readonly name = "OverloadedError";
  readonly code = "OVERLOADED";
  /** When it is worth another try, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Thrown where a request needs another server that cannot be asked; nothing of it is done. */
export class UnreachableError extends HomeserverError {
  override readonly name = "UnreachableError";
  readonly code = "UNREACHABLE";

  /** @param reason Why not. */
  constructor(serverName: string, reason: string) {
    super(`the server ${serverName} cannot be asked: ${reason}`);
  }
}

/** Checks a value against a limit. @throws {LimitError} */
export function requireWithin(limit: RefusingLimitName, value: number, field: string): void {
  if (value > limits[limit].value) throw new LimitError(limit, field);
}
