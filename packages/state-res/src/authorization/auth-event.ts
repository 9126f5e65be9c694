import type { JsonObject } from "@patrix/signatures";

/**
 * An event as authorization and state resolution read it: raw JSON with its ID at hand.
 *
 * References are bare event IDs in every room version. `content` is read field by field, so a field that no rule reads never rejects an event.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#pdus}
 */
export interface AuthEvent {
  readonly event_id: string;
  /** Absent in `m.room.create` from room version 12, and only there. */
  readonly room_id?: string | undefined;
  readonly type: string;
  readonly sender: string;
  /** Absent in events that are not state. */
  readonly state_key?: string | undefined;
  readonly content: JsonObject;
  /** Milliseconds since the epoch, as the sender's server claims. */
  readonly origin_server_ts: number;
  readonly prev_events: readonly string[];
  readonly auth_events: readonly string[];
  /** The redacted event, in room versions whose `m.room.redaction` names it outside of `content`. */
  readonly redacts?: string | undefined;
  /** Only state resolution of room version 1 reads it; absent counts as 0. */
  readonly depth?: number | undefined;
  /** Whether the event failed the checks on receipt; absent counts as `false`. */
  readonly rejected?: boolean | undefined;
}

/** Finds an event by ID, `undefined` for one that is not at hand. */
export type FetchEvent = (eventId: string) => AuthEvent | undefined;

/** Finds the event at a key of the room state, `undefined` where there is none. */
export type FetchState = (type: string, stateKey: string) => AuthEvent | undefined;
