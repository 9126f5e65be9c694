import type { AnsweredError } from "@patrix/federation";
import { HomeserverError } from "../errors.ts";
import { RoomError } from "../rooms/errors.ts";
import { StoreError } from "../store/errors.ts";

/** What can go wrong between servers; match on `code`. */
export type FederatedErrorCode =
  | "BAD_EVENT"
  | "EVENT_NOT_FOUND"
  | "FILE_TOO_LARGE"
  | "FORBIDDEN"
  | "INCOMPATIBLE_ROOM_VERSION"
  | "INVALID_SIGNATURE"
  | "KEY_FILE_UNREADABLE"
  | "NO_SERVER_HELPED"
  | "NOT_IN_ROOM"
  | "NOT_YET_UPLOADED"
  | "REFUSED"
  | "ROOM_NOT_FOUND"
  | "TOO_LARGE"
  | "UNABLE_TO_AUTHORISE_JOIN"
  | "UNABLE_TO_GRANT_JOIN";

/** An error of what this server does for others, or asks of them: the rule that was broken, in words for the other side. */
export class FederatedError extends HomeserverError {
  override readonly name = "FederatedError";
  readonly code: FederatedErrorCode;
  /** The version of the room, for `INCOMPATIBLE_ROOM_VERSION`. */
  readonly roomVersion: string | undefined;
  /** What the other server has answered, for `REFUSED`. */
  readonly answer: AnsweredError | undefined;

  constructor(code: FederatedErrorCode, message: string, options: FederatedErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.roomVersion = options.roomVersion;
    this.answer = options.answer;
  }
}

/** Extras of a {@link FederatedError}. */
export interface FederatedErrorOptions {
  readonly roomVersion?: string;
  readonly answer?: AnsweredError;
  readonly cause?: unknown;
}

/** Whether the thread that resolves states has ended over something: that may be its fault, and need not be. */
export function isUnresolved(error: unknown): boolean {
  return error instanceof RoomError && error.code === "UNRESOLVED";
}

/** Whether something has failed that is no fault of what another server has sent, and may be over when it sends that again. */
export function isOwnTrouble(error: unknown): boolean {
  return error instanceof StoreError || (error instanceof RoomError && error.code === "OVERLOADED");
}
