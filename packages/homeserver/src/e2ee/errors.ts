import { HomeserverError } from "../errors.ts";

/** What can go wrong with device keys, signatures and key backups; match on `code`. */
export type E2eeErrorCode =
  | "BACKUP_NOT_FOUND"
  | "INVALID_KEY"
  | "INVALID_SIGNATURE"
  | "KEY_EXISTS"
  | "KEY_IS_DEVICE_ID"
  | "KEY_NOT_FOUND"
  | "MALFORMED_KEY"
  | "NO_DEHYDRATED_DEVICE"
  | "NO_MASTER_KEY"
  | "NOT_AUTHENTICATED"
  | "INVALID_TOKEN"
  | "OTHER_DEVICE"
  | "WRONG_ALGORITHM"
  | "WRONG_BACKUP_VERSION"
  | "WRONG_OWNER";

/** An error of device keys, signatures and key backups: the rule that was broken, in words for the requester. */
export class E2eeError extends HomeserverError {
  override readonly name = "E2eeError";
  readonly code: E2eeErrorCode;
  /** The version of the current key backup, for `WRONG_BACKUP_VERSION`. */
  readonly currentVersion: string | undefined;

  constructor(code: E2eeErrorCode, message: string, options: { readonly currentVersion?: string } = {}) {
    super(message);
    this.code = code;
    this.currentVersion = options.currentVersion;
  }
}
