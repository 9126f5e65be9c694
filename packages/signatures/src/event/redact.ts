import type { RedactedContentKeys, RoomVersionRules } from "@patrix/room-versions";
import { SignaturesError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/**
 * Strips an event of all that redaction takes: a copy with the surviving members, `unsigned` not among them. `event` stays as it is.
 * Redacting twice gives the same as once.
 *
 * @throws {@link SignaturesError} `malformed_event` if `type` is no string or `content` no object.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#redactions}
 */
export function redact(event: JsonObject, rules: RoomVersionRules): JsonObject {
  const { type, content } = event;
  if (typeof type !== "string" || !isJsonObject(content)) {
    throw new SignaturesError("malformed_event", "an event has a string as type and an object as content");
  }
  const { topLevelKeys } = rules.redaction;
  const redacted: Record<string, unknown> = {};
  for (const key of Object.keys(event)) {
    if (topLevelKeys.has(key)) redacted[key] = event[key];
  }
  redacted["content"] = redactContent(type, content, rules);
  return redacted;
}

/**
 * Strips the content of an event of all that redaction takes.
 *
 * A nested object of which only some members survive stays, possibly empty; anything else in its place goes.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#redactions}
 */
export function redactContent(type: string, content: JsonObject, rules: RoomVersionRules): JsonObject {
  const kept = rules.redaction.content.get(type);
  if (kept === "all") return content;
  return kept === undefined ? {} : pickKeys(content, kept);
}

function pickKeys(content: JsonObject, { keys, nested }: RedactedContentKeys): JsonObject {
  const picked: Record<string, unknown> = pick(content, keys);
  for (const [key, nestedKeys] of nested ?? []) {
    const value = Object.hasOwn(content, key) ? content[key] : undefined;
    if (isJsonObject(value)) picked[key] = pick(value, nestedKeys);
  }
  return picked;
}

function pick(object: JsonObject, keys: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const key of keys) {
    if (Object.hasOwn(object, key)) picked[key] = object[key];
  }
  return picked;
}
