import { HomeserverError } from "../errors.ts";

/** What can go wrong with accounts and sessions; match on `code`. */
export type AccountErrorCode =
  | "ACCOUNT_CHANGED"
  | "DEACTIVATED"
  | "DEVICE_NOT_FOUND"
  | "LOCKED"
  | "SUSPENDED"
  | "EXCLUSIVE"
  | "INVALID_AUTHENTICATION"
  | "INVALID_DEVICE_ID"
  | "INVALID_PROFILE_FIELD"
  | "INVALID_REGISTRATION"
  | "INVALID_USERNAME"
  | "MISSING_PROFILE_FIELD"
  | "NO_PASSWORD"
  | "OTHER_USER"
  | "UNKNOWN_NONCE"
  | "UNKNOWN_STAGE"
  | "UIA_REQUEST_CHANGED"
  | "UNKNOWN_TOKEN"
  | "UNKNOWN_UIA_SESSION"
  | "USERNAME_TAKEN"
  | "WEAK_PASSWORD"
  | "WRONG_CREDENTIALS";

/** An error of accounts and sessions: the rule that was broken, in words for the requester. */
export class AccountError extends HomeserverError {
  override readonly name = "AccountError";
  readonly code: AccountErrorCode;
  constructor(code: AccountErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
