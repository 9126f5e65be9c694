import { HomeserverError } from "../errors.ts";

/** What can go wrong with media; match on `code`. */
export type MediaErrorCode =
  | "ALREADY_UPLOADED"
  | "INVALID_SIZE"
  | "NOT_AN_IMAGE"
  | "NOT_FOUND"
  | "NOT_OWNER"
  | "NOT_YET_UPLOADED"
  | "PREVIEW_FAILED"
  | "PREVIEW_NOT_ALLOWED"
  | "QUARANTINED"
  | "REMOTE_TOO_LARGE"
  /** The place where media are kept does not answer, or refuses; the message is for the operator. */
  | "STORE_FAILED"
  | "TOO_LARGE";

/** An error of media: the rule that was broken, in words for the requester unless its code says otherwise. */
export class MediaError extends HomeserverError {
  override readonly name = "MediaError";
  readonly code: MediaErrorCode;
  constructor(code: MediaErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
