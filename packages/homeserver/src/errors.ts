import { limits, type RefusingLimitName } from "./limits.ts";

/** Base class of the errors that the homeserver's features throw; match on `code`. Only `http/` knows how they look on the wire. */
export abstract class HomeserverError extends Error {
  abstract readonly code: string;
}

/** Thrown for a request that would store more than a limit allows; nothing of it is stored. */
export class LimitError extends HomeserverError {
  override readonly name = "LimitError";
  readonly code = "LIMIT_EXCEEDED";
  readonly limit: RefusingLimitName;

  /** @param field Names the part of the request that exceeds it. */
  constructor(limit: RefusingLimitName, field: string) {
    super(`${field}: expected at most ${limits[limit].value} ${limits[limit].what}`);
    this.limit = limit;
  }
}

/** Checks a value against a limit. @throws {LimitError} */
export function requireWithin(limit: RefusingLimitName, value: number, field: string): void {
  if (value > limits[limit].value) throw new LimitError(limit, field);
}
