import { isObject } from "../own-member.ts";
import type { RedactedContentKeys, RoomVersionRules } from "../room-version-rules.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Strips the content of an event of all that redaction takes.
 *
 * A nested object of which only some members survive stays, possibly empty; anything else in its place goes.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#redactions}
 */
export function redactContent(type: string, content: JsonObject, rules: Pick<RoomVersionRules, "redaction">): JsonObject {
  const kept = rules.redaction.content.get(type);
  if (kept === "all") return content;
  return kept === undefined ? {} : pickKeys(content, kept);
}

function pickKeys(content: JsonObject, { keys, nested }: RedactedContentKeys): JsonObject {
  const picked = pick(content, keys);
  for (const [key, nestedKeys] of nested ?? []) {
    const value = Object.hasOwn(content, key) ? content[key] : undefined;
    if (isObject(value)) picked[key] = pick(value, nestedKeys);
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
