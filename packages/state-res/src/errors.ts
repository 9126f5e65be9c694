/** Codes of {@link StateResError}. */
export type StateResErrorCode =
  /** An event that the work cannot do without is not at hand; `eventIds` lists all that are known to be missing. */
  | "EVENT_NOT_FOUND"
  /** Events are their own ancestors by `auth_events`; `eventIds` has some of them. */
  | "AUTH_EVENTS_CYCLE"
  /** A state map names an event that is not state, or sits at another key. */
  | "STATE_KEY_MISMATCH"
  /** There is not one auth chain for each state. */
  | "CHAINS_MISMATCH"
  /** A PDU lacks a member that authorization reads, or has it of another kind. */
  | "MALFORMED_EVENT";

/** Why authorization or state resolution could not be carried out; a rejected event is no error. */
export class StateResError extends Error {
  override readonly name = "StateResError";
  readonly code: StateResErrorCode;
  /** The events at fault. */
  readonly eventIds: readonly string[];

  constructor(code: StateResErrorCode, message: string, eventIds: readonly string[]) {
    super(message);
    this.code = code;
    this.eventIds = eventIds;
  }
}
