import { isJsonObject } from "@patrix/api";
import type { EventId } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";

const prefix = "$local.";

/** The ID that an event has until it is sent; no server makes such IDs: theirs have no full stop, or a colon before the server's name. */
export function localEventId(txnId: string): EventId {
  return `${prefix}${encodeURIComponent(txnId)}`;
}

/** Whether an ID is one that only this client knows. */
export function isLocalEventId(id: unknown): id is EventId {
  return typeof id === "string" && id.startsWith(prefix) && !id.includes(":");
}

/** Members that hold what somebody has written: whatever stands there is text. */
const texts: ReadonlySet<string> = new Set(["body", "formatted_body", "reason"]);

/** The local IDs that a JSON value names, as values or as keys; texts name none. */
export function localIdsIn(value: unknown, found: Set<EventId> = new Set()): ReadonlySet<EventId> {
  if (isLocalEventId(value)) found.add(value);
  else if (Array.isArray(value)) for (const item of value) localIdsIn(item, found);
  else if (isPlain(value))
    for (const [key, member] of Object.entries(value)) {
      if (isLocalEventId(key)) found.add(key);
      if (!texts.has(key) || typeof member !== "string") localIdsIn(member, found);
    }
  return found;
}

/** Puts the IDs of the server in the place of local ones, as far as they are known; what names none is given back as it is. */
export function replaceLocalIds<T>(value: T, idOf: (local: EventId) => EventId | undefined): T {
  // What is replaced are texts by texts: the shape stays.
  return localIdsIn(value).size === 0 ? value : (replace(value, idOf) as T);
}

function replace(value: unknown, idOf: (local: EventId) => EventId | undefined): unknown {
  if (isLocalEventId(value)) return idOf(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => replace(item, idOf));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      isLocalEventId(key) ? (idOf(key) ?? key) : key,
      texts.has(key) && typeof member === "string" ? member : replace(member, idOf),
    ]),
  );
}

/**
 * Lets nothing leave that names an event by the ID that only this client knows.
 *
 * @throws {ClientError} `NOT_SENT`.
 */
export function requireSent(value: unknown): void {
  const [id] = localIdsIn(value);
  if (id !== undefined)
    throw new ClientError("NOT_SENT", `${id}: the event is not sent yet, and the server does not know it; await its sending`);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  // Files and the like are looked into by nobody.
  return isJsonObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
