import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** A value that conditions compare exactly: a string, an integer of ±(2^53 - 1), a boolean or null. */
export type ScalarJson = string | number | boolean | null;

/** Matches a string property against a glob, whatever the case; `content.body` by words, other properties as a whole. */
export interface EventMatchCondition {
  kind: "event_match";
  /** The dot-separated path of the property. */
  key: string;
  /** The glob, with `*` and `?`. */
  pattern: string;
}

/** Matches when a property is exactly a value. */
export interface EventPropertyIsCondition {
  kind: "event_property_is";
  /** The dot-separated path of the property. */
  key: string;
  value: ScalarJson;
}

/** Matches when an array property has exactly a value among its elements. */
export interface EventPropertyContainsCondition {
  kind: "event_property_contains";
  /** The dot-separated path of the property. */
  key: string;
  value: ScalarJson;
}

/** Matches when `content.body` has the user's display name in the room as words. Deprecated since v1.17. */
export interface ContainsDisplayNameCondition {
  kind: "contains_display_name";
}

/** Compares the number of members of the room. */
export interface RoomMemberCountCondition {
  kind: "room_member_count";
  /** A decimal integer after `==`, `<`, `>`, `<=`, `>=` or nothing, which means `==`. */
  is: string;
}

/** Matches when the sender's power level permits notifications of a kind. */
export interface SenderNotificationPermissionCondition {
  kind: "sender_notification_permission";
  /** The key in `notifications` of `m.room.power_levels`, such as `room`. */
  key: string;
}

/** A condition of the specification. */
export type KnownPushCondition =
  | EventMatchCondition
  | EventPropertyIsCondition
  | EventPropertyContainsCondition
  | ContainsDisplayNameCondition
  | RoomMemberCountCondition
  | SenderNotificationPermissionCondition;

/** A condition of a kind that the specification does not have: it is kept, and never matches. */
export interface UnknownPushCondition {
  kind: string & {};
  key?: string | undefined;
  pattern?: string | undefined;
  is?: string | undefined;
  value?: unknown;
}

/**
 * A condition of a push rule.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#conditions-1}
 */
export type PushCondition = KnownPushCondition | UnknownPushCondition;

/** The model of {@link PushCondition}. Parameters are optional in it, as in the specification's schema: see {@link knownCondition}. */
export const PushCondition: Model<PushCondition> = /* @__PURE__ */ model(() =>
  obj<UnknownPushCondition>({
    kind: z.string(),
    key: z.optional(z.string()),
    pattern: z.optional(z.string()),
    is: z.optional(z.string()),
    value: z.optional(z.unknown()),
  }),
);

/** Tells whether a value is one that conditions compare. */
export function isScalarJson(value: unknown): value is ScalarJson {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value);
}

/** Gives a condition its precise type; `undefined` for unknown kinds and for missing or mistyped parameters, neither of which match. */
export function knownCondition(condition: PushCondition): KnownPushCondition | undefined {
  const { kind, key, pattern, is, value }: UnknownPushCondition = condition;
  switch (kind) {
    case "event_match":
      return typeof key === "string" && typeof pattern === "string" ? { kind: "event_match", key, pattern } : undefined;
    case "event_property_is":
      return typeof key === "string" && isScalarJson(value) ? { kind: "event_property_is", key, value } : undefined;
    case "event_property_contains":
      return typeof key === "string" && isScalarJson(value) ? { kind: "event_property_contains", key, value } : undefined;
    case "contains_display_name":
      return { kind: "contains_display_name" };
    case "room_member_count":
      return typeof is === "string" ? { kind: "room_member_count", is } : undefined;
    case "sender_notification_permission":
      return typeof key === "string" ? { kind: "sender_notification_permission", key } : undefined;
    default:
      return undefined;
  }
}
