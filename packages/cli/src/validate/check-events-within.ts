import { isJsonObject, type JsonObject, toPointer } from "@patrix/api";
import type { EventForm } from "@patrix/events";
import { checkEvent } from "./check-event.ts";
import { ReportBuilder } from "./report.ts";

/** Where a `/sync` response has events besides room events, which tell themselves by their `event_id`. */
const FORM_OF_LIST: readonly (readonly [RegExp, EventForm])[] = [
  [/^\/account_data\/events$/, "global-account-data"],
  [/^\/presence\/events$/, "ephemeral"],
  [/^\/to_device\/events$/, "to-device"],
  [/^\/rooms\/\w+\/[^/]+\/account_data\/events$/, "room-account-data"],
  [/^\/rooms\/\w+\/[^/]+\/ephemeral\/events$/, "ephemeral"],
  [/^\/rooms\/\w+\/[^/]+\/(invite|knock)_state\/events$/, "stripped"],
];

/**
 * Checks the contents of the events anywhere within a payload whose form is known to be good: room events, and in a
 * `/sync` response those of the other lists. Goes down with a stack of its own, so that depth costs no recursion.
 */
export function checkEventsWithin(payload: unknown, report: ReportBuilder, isSync: boolean): void {
  const waiting: { value: object; path: readonly PropertyKey[] }[] = [];
  const push = (value: unknown, path: readonly PropertyKey[]): void => {
    if (typeof value === "object" && value !== null && path.length < 100) waiting.push({ value, path });
  };
  push(payload, []);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      const form = isSync && path.at(-1) === "events" ? formOfList(toPointer(path)) : undefined;
      for (const [index, item] of items.entries()) {
        if (form === undefined) push(item, [...path, index]);
        else checkOneWithin(item, form, toPointer([...path, index]), report);
      }
    } else if (isJsonObject(value) && isRoomEvent(value)) {
      checkOneWithin(value, "room", toPointer(path), report);
    } else {
      for (const [key, member] of Object.entries(value)) push(member, [...path, key]);
    }
  }
  report.issues.sort((a, b) => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0));
}

/** A lenient reader does without a malformed event of many. */
function checkOneWithin(value: unknown, form: EventForm, pointer: string, report: ReportBuilder): void {
  const one = new ReportBuilder(report.mode);
  checkEvent(value, form, pointer, one);
  const found = one.finish("");
  const isStrict = report.mode === "strict";
  report.addReport("", isStrict ? found : { ...found, issues: [], ignored: [...found.ignored, ...found.issues] });
}

function formOfList(pointer: string): EventForm | undefined {
  return FORM_OF_LIST.find(([pattern]) => pattern.test(pointer))?.[1];
}

function isRoomEvent(value: JsonObject): boolean {
  return typeof value["event_id"] === "string" && typeof value["type"] === "string" && isJsonObject(value["content"]) && "sender" in value;
}
