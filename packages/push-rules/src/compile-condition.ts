import { type FoldedMatcher, compileFoldedGlob, compileWords } from "./glob.ts";
import type { EventView } from "./event-view.ts";
import { isScalarJson, type KnownPushCondition, knownCondition, type PushCondition, type ScalarJson } from "./push-condition.ts";
import { parsePropertyPath } from "./property-path.ts";
import type { PushContext } from "./push-context.ts";
import { compileMemberCount } from "./room-member-count.ts";

/** A condition made ready for many events. @internal */
export interface CompiledCondition {
  /** The condition as the rule has it, or the one that its kind stands for. */
  readonly condition: PushCondition;
  /** Tells whether it holds. */
  holds(event: EventView, context: PushContext): boolean;
  /** The value that decided, for explanations. */
  value(event: EventView, context: PushContext): unknown;
}

/** Decides about events for conditions of a kind that the specification does not have. */
export interface ConditionKind {
  /** Tells whether a condition of the kind holds for an event. */
  holds(condition: PushCondition, event: object, context: PushContext): boolean;
}

/** Prepares a condition; unknown kinds and malformed conditions never hold. @internal */
export function compileCondition(condition: PushCondition, kinds: ReadonlyMap<string, ConditionKind>): CompiledCondition {
  const extension = kinds.get(condition.kind);
  if (extension !== undefined) {
    return { condition, holds: (event, context) => extension.holds(condition, event.event, context), value: () => undefined };
  }
  const known = knownCondition(condition);
  return known === undefined ? { condition, holds: () => false, value: () => undefined } : compileKnown(known);
}

function compileKnown(condition: KnownPushCondition): CompiledCondition {
  switch (condition.kind) {
    case "event_match":
      return compileMatch(condition, condition.key, compileFoldedGlob(condition.pattern, scopeOf(condition.key)));
    case "event_property_is":
      return compileProperty(condition, condition.key, (value) => isScalarJson(value) && value === condition.value);
    case "event_property_contains":
      return compileProperty(condition, condition.key, (value) => contains(value, condition.value));
    case "contains_display_name":
      return compileDisplayName();
    case "room_member_count":
      return compileCount(condition.is);
    default:
      return compilePermission(condition.key);
  }
}

function compileCount(is: string): CompiledCondition {
  const matches = compileMemberCount(is);
  return {
    condition: { kind: "room_member_count", is },
    holds: (_, { memberCount }) => memberCount !== undefined && matches(memberCount),
    value: (_, { memberCount }) => memberCount,
  };
}

function scopeOf(key: string): "words" | "whole" {
  return key === "content.body" ? "words" : "whole";
}

/** A condition on the text of a property. */
function compileMatch(condition: PushCondition, key: string, matches: FoldedMatcher): CompiledCondition {
  const path = parsePropertyPath(key);
  return {
    condition,
    holds: (event) => {
      const text = event.folded(key, path);
      return text !== undefined && matches(text);
    },
    value: (event) => event.property(path),
  };
}

function compileProperty(condition: PushCondition, key: string, matches: (value: unknown) => boolean): CompiledCondition {
  const path = parsePropertyPath(key);
  return { condition, holds: (event) => matches(event.property(path)), value: (event) => event.property(path) };
}

function contains(value: unknown, searched: ScalarJson): boolean {
  return Array.isArray(value) && value.includes(searched);
}

const bodyPath = ["content", "body"];

function compileDisplayName(): CompiledCondition {
  // One user's rules are evaluated again and again for one room, so the last name is worth keeping.
  let compiled: { name: string; matches: FoldedMatcher } | undefined;
  return {
    condition: { kind: "contains_display_name" },
    holds: (event, { displayName }) => {
      const body = event.folded("content.body", bodyPath);
      if (body === undefined || displayName === undefined || displayName === "") return false;
      if (compiled?.name !== displayName) compiled = { name: displayName, matches: compileWords(displayName) };
      return compiled.matches(body);
    },
    value: (_, { displayName }) => displayName,
  };
}

function compilePermission(key: string): CompiledCondition {
  const levelOfSender = (event: EventView, context: PushContext): number | undefined =>
    event.sender === undefined ? undefined : context.powerLevels?.userLevel(event.sender);
  return {
    condition: { kind: "sender_notification_permission", key },
    holds: (event, context) => {
      const level = levelOfSender(event, context);
      const needed = context.powerLevels?.notificationLevel(key);
      return level !== undefined && needed !== undefined && level >= needed;
    },
    value: levelOfSender,
  };
}

/** The condition that room and sender rules stand for: an exact, case-sensitive comparison. @internal */
export function compileIdentity(key: "room_id" | "sender", ruleId: string): CompiledCondition {
  const value = (event: EventView, context: PushContext): string | undefined =>
    key === "sender" ? event.sender : (event.roomId ?? context.roomId);
  return {
    condition: { kind: "event_property_is", key, value: ruleId },
    holds: (event, context) => value(event, context) === ruleId,
    value,
  };
}
