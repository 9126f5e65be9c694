import { HomeserverError } from "../errors.ts";

/** What can be wrong with a sync; match on `code`. */
export type SyncErrorCode = "INVALID_TOKEN" | "INVALID_REQUEST" | "UNKNOWN_POS" | "UNKNOWN_FILTER" | "LOGGED_OUT" | "LOCKED";

/** Why a sync cannot be answered. */
export class SyncError extends HomeserverError {
  override readonly name = "SyncError";
  readonly code: SyncErrorCode;
  constructor(code: SyncErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
