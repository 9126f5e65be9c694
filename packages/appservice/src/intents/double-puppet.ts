import type { JsonObject } from "@patrix/api";

/** What bridges mark the events with that they send as people of the homeserver, to know them again: the name has spread from mautrix. */
const MARK = "fi.mau.double_puppet_source";

/** Marks what a service sends as a person, who has clients of their own. */
export function markAsOwn<C extends object>(content: C, serviceId: string): C {
  return { ...content, [MARK]: serviceId };
}

/** Whether a service has marked a content as its own. */
export function isMarkedAsOwn(content: JsonObject, serviceId: string): boolean {
  return content[MARK] === serviceId;
}
