import { HomeserverError } from "../errors.ts";

/** An error of the storage layer; match on `code`. */
export class StoreError extends HomeserverError {
  override readonly name = "StoreError";
  readonly code:
    | "SCHEMA_TOO_NEW"
    | "SCHEMA_TOO_OLD"
    | "NOT_A_DATABASE"
    | "MIGRATION_FAILED"
    | "DATA_IN_USE"
    | "WRONG_SERVER"
    | "NOT_WRITABLE"
    | "COMMIT_FAILED"
    | "CORRUPT"
    | "FENCED"
    | "DISK_FAILED"
    | "WRITER_DIED"
    | "UNREACHABLE"
    | "NOT_EMPTY"
    | "COPY_DIFFERS"
    | "UNFINISHED_COPY"
    | "UNSUPPORTED"
    | "UNAVAILABLE"
    | "CLOSED";

  constructor(code: StoreError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
