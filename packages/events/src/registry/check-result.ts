import type { Issue } from "@patrix/api";

/** An event whose content is as its type asks, or whose type nobody declared. */
export interface ValidEvent<E> {
  readonly ok: true;
  readonly redacted: false;
  /** The event that came in; a copy without the malformed fields where some were ignored. */
  readonly event: E;
  /** Optional fields that were taken away because they are malformed; usually none. */
  readonly ignored: readonly Issue[];
}

/** An event that was redacted; what is left of its content is as its type asks. */
export interface ValidRedactedEvent<E> {
  readonly ok: true;
  readonly redacted: true;
  /** The event that came in. */
  readonly event: E;
}

/** An event whose envelope is good and whose content is not. */
export interface InvalidEvent<Raw> {
  readonly ok: false;
  /** The event that came in. */
  readonly event: Raw;
  /** What is wrong, with JSON pointers into the event. */
  readonly issues: readonly Issue[];
}

/** The outcome of checking the content of an event that cannot be redacted. */
export type CheckResult<E, Raw> = ValidEvent<E> | InvalidEvent<Raw>;
