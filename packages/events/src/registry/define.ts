import type { Model } from "@patrix/api";
import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * A type that no map declares. To the compiler it is one literal that nothing else is, so that `switch (event.type)`
 * narrows the declared types; `string & {}` or a branded string would not. At run time it is any other string.
 */
export type CustomType = "\0custom";

/**
 * Contents of message-like events by type. Declare your own:
 *
 * @example
 * declare module "@patrix/events" { interface MessageLikeEventMap { "com.example.ping": PingContent } }
 */
export interface MessageLikeEventMap {}
/** Contents of state events by type; declare your own as in {@link MessageLikeEventMap}. */
export interface StateEventMap {}
/** Types of state keys by event type, for those that are not just any string. */
export interface StateKeyMap {}
/** Contents of ephemeral events by type. */
export interface EphemeralEventMap {}
/** Contents of to-device events by type. */
export interface ToDeviceEventMap {}
/** Contents of account data that is not tied to a room, by type. */
export interface GlobalAccountDataEventMap {}
/** Contents of account data of one room, by type. */
export interface RoomAccountDataEventMap {}
/** Contents of EDUs by `edu_type`. */
export interface EduMap {}

/** The map of each kind of event. */
export interface EventMaps {
  message: MessageLikeEventMap;
  state: StateEventMap;
  ephemeral: EphemeralEventMap;
  "to-device": ToDeviceEventMap;
  "global-account-data": GlobalAccountDataEventMap;
  "room-account-data": RoomAccountDataEventMap;
  edu: EduMap;
}
/** The ways in which an event travels; the same type may exist in several. */
export type EventKind = keyof EventMaps;
/** The declared types of a kind. */
export type EventTypeOf<K extends EventKind> = keyof EventMaps[K] & string;
/** The content of a declared type. */
export type ContentOf<K extends EventKind, T extends EventTypeOf<K>> = EventMaps[K][T];
/** The state key of a declared type of state event. */
export type StateKeyOf<T extends EventTypeOf<"state">> = T extends keyof StateKeyMap ? StateKeyMap[T] : string;

/** The run-time description of one event type. */
export interface EventDefinition<K extends EventKind = EventKind, T extends string = string, C = unknown> {
  readonly kind: K;
  readonly type: T;
  readonly content: Model<C>;
  /** The form of the state key, where it is not any string; only of state events. */
  readonly stateKey?: Schema<string> | undefined;
  /** The definition holds for every type that begins with `type`. */
  readonly prefix?: boolean | undefined;
  /** Optional content fields that a reader ignores if they are malformed, instead of the whole content. */
  readonly ignorable?: readonly string[] | undefined;
}

/** The state key of events of which a room has only one. */
export const emptyStateKey: Schema<""> = /* @__PURE__ */ z.literal("");

/** Relations and mentions are ignored, not fatal, when they are malformed. */
const ignorable = ["m.relates_to", "m.mentions", "m.new_content"] as const;

/** Defines a message-like event. Mark the call `@__PURE__`. */
/* @__NO_SIDE_EFFECTS__ */
export function messageEvent<T extends EventTypeOf<"message">>(
  type: T,
  content: Model<ContentOf<"message", T>>,
): EventDefinition<"message", T, ContentOf<"message", T>> {
  return { kind: "message", type, content, ignorable };
}

type StateKeySchema<T extends EventTypeOf<"state">> = string extends StateKeyOf<T> ? [] : [stateKey: Schema<StateKeyOf<T>>];

/** Defines a state event; the schema of the state key is wanted where {@link StateKeyMap} names one. */
/* @__NO_SIDE_EFFECTS__ */
export function stateEvent<T extends EventTypeOf<"state">>(
  type: T,
  content: Model<ContentOf<"state", T>>,
  ...[stateKey]: StateKeySchema<T>
): EventDefinition<"state", T, ContentOf<"state", T>> {
  return { kind: "state", type, content, stateKey, ignorable };
}

/** The kinds that {@link defineEvent} makes. */
export type PlainEventKind = Exclude<EventKind, "message" | "state">;

/** Defines an event that is neither message-like nor state. */
/* @__NO_SIDE_EFFECTS__ */
export function defineEvent<K extends PlainEventKind, T extends EventTypeOf<K>>(
  kind: K,
  type: T,
  content: Model<ContentOf<K, T>>,
): EventDefinition<K, T, ContentOf<K, T>> {
  return { kind, type, content };
}

/** Describes a {@link CustomType}: any string. The declared types are told apart before. */
/* @__NO_SIDE_EFFECTS__ */
export function customType(): Schema<CustomType> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the nominal type stands for any other string
  return z.string() as never;
}
