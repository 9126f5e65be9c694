import { isJsonObject } from "@patrix/api";
import { knownEvents } from "@patrix/events";
import { defaultRoomVersion, getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { checkPduFormat } from "@patrix/signatures";
import { type CheckMode, type Report, ReportBuilder } from "./report.ts";

/** Checks the format of a PDU in federation format by the rules of its room version, then its content. */
export function checkPdu(value: unknown, rules: RoomVersionRules, mode: CheckMode): Report {
  const report = new ReportBuilder(mode);
  report.events = 1;
  report.add("", checkPduFormat(value, rules));
  if (isJsonObject(value) && isJsonObject(value["content"]) && typeof value["type"] === "string") {
    const kind = typeof value["state_key"] === "string" ? "state" : "message";
    const definition = knownEvents().find(kind, value["type"]);
    if (!definition) report.unknownEvents = 1;
    // A redacted PDU does not say that it is: what its content lacks may have been redacted.
    const content = definition?.content.safeParse(value["content"], report.parsing("/content"));
    if (content?.ok === true) report.addUnknown("/content", definition?.content, value["content"]);
    const found = content === undefined || content.ok ? [] : content.issues;
    report.add(
      "/content",
      found.filter(({ message }) => !message.startsWith("required")),
    );
    report.addIgnored(
      "/content",
      found.filter(({ message }) => message.startsWith("required")),
    );
  }
  return report.finish(`PDU of room version ${rules.id}`);
}

/** Tells the room version of a PDU by its form, where nobody said it: exact for the create event, else 1, 11 or 12. */
export function guessRules(value: unknown): RoomVersionRules {
  const fallback = rulesOf(defaultRoomVersion);
  if (!isJsonObject(value)) return fallback;
  const { content, prev_events: previous, room_id: roomId } = value;
  if (value["type"] === "m.room.create" && isJsonObject(content)) {
    const version = content["room_version"] ?? "1";
    return (typeof version === "string" ? getRoomVersionRules(version) : undefined) ?? fallback;
  }
  if (Array.isArray(previous) && Array.isArray(previous[0])) return rulesOf("1");
  return typeof roomId === "string" && roomId.includes(":") ? rulesOf("11") : fallback;
}

function rulesOf(id: string): RoomVersionRules {
  const rules = getRoomVersionRules(id);
  if (rules === undefined) throw new Error(`room version ${id} is not in the table`);
  return rules;
}
