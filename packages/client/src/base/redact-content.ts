import { isJsonObject, type JsonObject } from "@patrix/api";
import { defaultRoomVersion, getRoomVersionRules } from "@patrix/room-versions";

/** What redaction leaves of a content, by the rules of the room version. */
export function redactContent(type: string, content: JsonObject, roomVersion = "1"): JsonObject {
  const rules = getRoomVersionRules(roomVersion) ?? getRoomVersionRules(defaultRoomVersion);
  const kept = rules?.redaction.content.get(type);
  if (kept === undefined) return {};
  if (kept === "all") return content;
  const entries = Object.entries(content).flatMap(([key, value]): [string, unknown][] => {
    if (kept.keys.includes(key)) return [[key, value]];
    const nested = kept.nested?.get(key);
    if (!nested || !isJsonObject(value)) return [];
    return [[key, Object.fromEntries(Object.entries(value).filter(([name]) => nested.includes(name)))]];
  });
  return Object.fromEntries(entries);
}
