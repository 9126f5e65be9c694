import type { JsonObject } from "@patrix/api";
import type { EventId, RoomId, UserId } from "@patrix/identifiers";
import type { ContentOf, CustomType, EventTypeOf, StateKeyOf } from "./define.ts";
import type { UnsignedData } from "../envelopes/unsigned-data.ts";

/** What every room event has beside type, state key and content. */
export interface RoomEventFields {
  event_id: EventId;
  sender: UserId;
  /** Milliseconds since the Unix epoch, by the clock of the sender's server. */
  origin_server_ts: number;
  /** Absent in `/sync`. */
  room_id?: RoomId | undefined;
  unsigned?: UnsignedData | undefined;
  /** The target of an `m.room.redaction` up to room version 10. */
  redacts?: EventId | undefined;
}

/** A message-like event of a declared type. */
export interface MessageLikeEvent<T extends EventTypeOf<"message">> extends RoomEventFields {
  type: T;
  state_key?: undefined;
  content: ContentOf<"message", T>;
}
/** A state event of a declared type. */
export interface StateEvent<T extends EventTypeOf<"state">> extends RoomEventFields {
  type: T;
  state_key: StateKeyOf<T>;
  content: ContentOf<"state", T>;
}
/** A message-like event of any other type. */
export interface CustomMessageLikeEvent extends RoomEventFields {
  type: CustomType;
  state_key?: undefined;
  content: JsonObject;
}
/** A state event of any other type. */
export interface CustomStateEvent extends RoomEventFields {
  type: CustomType;
  state_key: string;
  content: JsonObject;
}

/** Any message-like event; `switch (event.type)` narrows the content. */
export type AnyMessageLikeEvent = { [T in EventTypeOf<"message">]: MessageLikeEvent<T> }[EventTypeOf<"message">] | CustomMessageLikeEvent;
/** Any state event; `switch (event.type)` narrows the content. */
export type AnyStateEvent = { [T in EventTypeOf<"state">]: StateEvent<T> }[EventTypeOf<"state">] | CustomStateEvent;
/** Any room event; `switch (event.type)` narrows the content. */
export type RoomEvent = AnyMessageLikeEvent | AnyStateEvent;

/** What is left of an event after its redaction: of the content, the fields that the room version keeps. */
export type Redacted<E extends RoomEventFields & { content: object }> = E extends unknown
  ? Omit<E, "content" | "unsigned"> & { content: Partial<E["content"]>; unsigned: UnsignedData & { redacted_because: JsonObject } }
  : never;
/** Any redacted room event. */
export type RedactedRoomEvent = Redacted<RoomEvent>;

/** A stripped state event of a declared type. */
export interface TypedStrippedStateEvent<T extends EventTypeOf<"state">> {
  type: T;
  state_key: StateKeyOf<T>;
  sender: UserId;
  content: ContentOf<"state", T>;
}
/** Any stripped state event; `switch (event.type)` narrows the content. */
export type AnyStrippedStateEvent =
  | { [T in EventTypeOf<"state">]: TypedStrippedStateEvent<T> }[EventTypeOf<"state">]
  | { type: CustomType; state_key: string; sender: UserId; content: JsonObject };

/** Any to-device event; `switch (event.type)` narrows the content. */
export type AnyToDeviceEvent =
  | { [T in EventTypeOf<"to-device">]: { type: T; sender: UserId; content: ContentOf<"to-device", T> } }[EventTypeOf<"to-device">]
  | { type: CustomType; sender: UserId; content: JsonObject };

/** The kinds whose events are only a type and a content. */
export type BasicEventKind = "ephemeral" | "global-account-data" | "room-account-data";
/** Any event of a kind that has only a type and a content; `switch (event.type)` narrows the content. */
export type AnyBasicEvent<K extends BasicEventKind> =
  | { [T in EventTypeOf<K>]: { type: T; content: ContentOf<K, T> } }[EventTypeOf<K>]
  | { type: CustomType; content: JsonObject };

/** Any EDU; `switch (edu.edu_type)` narrows the content. */
export type AnyEdu =
  | { [T in EventTypeOf<"edu">]: { edu_type: T; content: ContentOf<"edu", T> } }[EventTypeOf<"edu">]
  | { edu_type: CustomType; content: JsonObject };
