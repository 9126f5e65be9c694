/** What can go wrong with a request about a room; match on `code`. */
export type RoomErrorCode =
  | "ROOM_NOT_FOUND"
  | "EVENT_NOT_FOUND"
  | "FORBIDDEN"
  | "UNSUPPORTED_ROOM_VERSION"
  | "INVALID_ROOM_STATE"
  | "INVALID_EVENT"
  | "EVENT_TOO_LARGE"
  | "ALIAS_IN_USE"
  | "OVERLOADED";

/** An error of the rooms: the rule that was broken, in words for the requester. */
export class RoomError extends Error {
  override readonly name = "RoomError";
  readonly code: RoomErrorCode;
  /** The number of the authorisation rule, as `v12:5.3.5`, where one decided. */
  readonly rule: string | undefined;

  constructor(code: RoomErrorCode, message: string, options: { readonly rule?: string; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.rule = options.rule;
  }
}
