import { HomeserverError } from "../errors.ts";

/** An error of a backup or its restoration; match on `code`. */
export class BackupError extends HomeserverError {
  override readonly name = "BackupError";
  readonly code: "NOT_EMPTY" | "NOT_A_BACKUP" | "DAMAGED";

  constructor(code: BackupError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
