import { HomeserverError } from "../errors.ts";

/** What can be wrong with a search; match on `code`. */
export type SearchErrorCode = "INVALID_TOKEN";

/** Why a search cannot be answered. */
export class SearchError extends HomeserverError {
  override readonly name = "SearchError";
  readonly code: SearchErrorCode;
  constructor(code: SearchErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
