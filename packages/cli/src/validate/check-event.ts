import { type JsonObject, isJsonObject, type Model, type ParseOptions } from "@patrix/api";
import {
  BasicEvent,
  ClientEventWithoutRoomId,
  Edu,
  type EventForm,
  type EventKind,
  knownEvents,
  StrippedStateEvent,
  ToDeviceEvent,
} from "@patrix/events";
import type { ReportBuilder } from "./report.ts";

const envelopes: Readonly<Record<EventForm, Model<{ readonly content: JsonObject }>>> = {
  room: ClientEventWithoutRoomId,
  stripped: StrippedStateEvent,
  "to-device": ToDeviceEvent,
  ephemeral: BasicEvent,
  "global-account-data": BasicEvent,
  "room-account-data": BasicEvent,
  edu: Edu,
};

/** Checks envelope and content of one event of the payload at `pointer`. */
export function checkEvent(value: unknown, form: EventForm, pointer: string, report: ReportBuilder): void {
  report.events += 1;
  const envelope = envelopes[form].safeParse(value, report.parsing(pointer));
  if (!envelope.ok) {
    report.add(pointer, envelope.issues);
    return checkContentAlone(value, form, pointer, report);
  }
  const type = isJsonObject(value) ? value[form === "edu" ? "edu_type" : "type"] : undefined;
  if (typeof type === "string" && !knownEvents().find(kindOf(form, value), type)) report.unknownEvents += 1;
  const result = checkContent(envelope.value, form, report.parsing(pointer));
  if (!result.ok) report.add(pointer, result.issues);
  else if (!result.redacted) {
    report.addIgnored(pointer, result.ignored);
    const definition = typeof type === "string" ? knownEvents().find(kindOf(form, value), type) : undefined;
    if (isJsonObject(value)) report.addUnknown(`${pointer}/content`, definition?.content, value["content"]);
  }
}

/** Looks into the content of an event whose envelope is wrong, so that one run tells everything. */
function checkContentAlone(value: unknown, form: EventForm, pointer: string, report: ReportBuilder): void {
  if (!isJsonObject(value) || !isJsonObject(value["content"])) return;
  const type = value[form === "edu" ? "edu_type" : "type"];
  const definition = typeof type === "string" ? knownEvents().find(kindOf(form, value), type) : undefined;
  const result = definition?.content.safeParse(value["content"], { mode: report.parseMode });
  if (result?.ok === false) report.add(`${pointer}/content`, result.issues);
}

type ContentResult = ReturnType<ReturnType<typeof knownEvents>["check" | "checkEdu" | "checkStripped" | "checkToDevice" | "checkBasic"]>;

// The parse boundary: the model of the form's envelope accepted the value just before.
function checkContent(value: unknown, form: EventForm, options: ParseOptions): ContentResult {
  const registry = knownEvents();
  switch (form) {
    case "room":
      return registry.check(value as ClientEventWithoutRoomId, options);
    case "stripped":
      return registry.checkStripped(value as StrippedStateEvent, options);
    case "to-device":
      return registry.checkToDevice(value as ToDeviceEvent, options);
    case "edu":
      return registry.checkEdu(value as Edu, options);
    default:
      return registry.checkBasic(form, value as BasicEvent, options);
  }
}

function kindOf(form: EventForm, event: unknown): EventKind {
  if (form === "stripped") return "state";
  if (form !== "room") return form;
  return isJsonObject(event) && event["state_key"] === undefined ? "message" : "state";
}
