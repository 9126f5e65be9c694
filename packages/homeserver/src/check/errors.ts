import { HomeserverError } from "../errors.ts";

/** An error of the explanation of a room; match on `code`. */
export class ExplainError extends HomeserverError {
  override readonly name = "ExplainError";
  readonly code: "ROOM_NOT_FOUND" | "EVENT_NOT_FOUND" | "UNSUPPORTED_ROOM_VERSION" | "INCOMPLETE";

  constructor(code: ExplainError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
