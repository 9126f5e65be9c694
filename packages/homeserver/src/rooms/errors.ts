import { HomeserverError } from "../errors.ts";

/** What can go wrong with a request about a room; match on `code`. */
export type RoomErrorCode =
  | "ROOM_NOT_FOUND"
  | "EVENT_NOT_FOUND"
  | "FORBIDDEN"
  | "UNSUPPORTED_ROOM_VERSION"
  | "INVALID_ROOM_STATE"
  | "INVALID_EVENT"
  | "EVENT_TOO_LARGE"
  | "DUPLICATE_ANNOTATION"
  | "NOT_A_THREAD_ROOT"
  | "ALIAS_IN_USE"
  | "NOT_LEFT"
  | "NO_GUESTS"
  | "INVITE_BLOCKED"
  | "BAD_ALIAS"
  | "INVALID_ALIAS"
  | "INVALID_TOKEN"
  | "SERVER_NOTICES"
  | "NOT_SUBSCRIBED"
  | "NOT_IN_THREAD"
  | "UNSUBSCRIBED_SINCE"
  | "DELAY_TOO_LONG"
  | "DELAYED_EVENT_NOT_FOUND"
  | "DELAYED_EVENT_FINALISED"
  | "MISSING_EVENTS"
  | "BLOCKED"
  | "UNRESOLVED"
  | "OVERLOADED";

/** An error of the rooms: the rule that was broken, in words for the requester. */
export class RoomError extends HomeserverError {
  override readonly name = "RoomError";
  readonly code: RoomErrorCode;
  /** The number of the authorisation rule, as `v12:5.3.5`, where one decided. */
  readonly rule: string | undefined;

  /** The IDs of events that are not known here, for `MISSING_EVENTS`. */
  readonly missing: readonly string[];

  /** The most that is allowed, for `DELAY_TOO_LONG`. */
  readonly most: number | undefined;

  constructor(
    code: RoomErrorCode,
    message: string,
    options: { readonly rule?: string; readonly missing?: readonly string[]; readonly most?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.rule = options.rule;
    this.missing = options.missing ?? [];
    this.most = options.most;
  }
}
