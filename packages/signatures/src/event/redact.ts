import { redactContent, type RoomVersionRules } from "@patrix/room-versions";
import { SignaturesError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/**
 * Strips an event of all that redaction takes: a copy with the surviving members, `unsigned` not among them. `event` stays as it is.
 * Redacting twice gives the same as once.
 *
 * @throws {@link SignaturesError} `MALFORMED_EVENT` if `type` is no string or `content` no object.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#redactions}
 */
export function redact(event: JsonObject, rules: RoomVersionRules): JsonObject {
  const { type, content } = event;
  if (typeof type !== "string" || !isJsonObject(content)) {
    throw new SignaturesError("MALFORMED_EVENT", "an event has a string as type and an object as content");
  }
  const { topLevelKeys } = rules.redaction;
  const redacted: Record<string, unknown> = {};
  for (const key of Object.keys(event)) {
    if (topLevelKeys.has(key)) redacted[key] = event[key];
  }
  redacted["content"] = redactContent(type, content, rules);
  return redacted;
}
