import { HomeserverError } from "../errors.ts";

/** What can go wrong with aliases and the directory; match on `code`. */
export type DirectoryErrorCode = "ALIAS_NOT_FOUND" | "ALIAS_TAKEN" | "FORBIDDEN" | "FOREIGN_ALIAS" | "INVALID_PARAM" | "ROOM_HIDDEN";

/** An error of aliases and the directory: the rule that was broken, in words for the requester. */
export class DirectoryError extends HomeserverError {
  override readonly name = "DirectoryError";
  readonly code: DirectoryErrorCode;
  constructor(code: DirectoryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
