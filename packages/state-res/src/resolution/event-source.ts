import type { AuthEvent } from "../authorization/auth-event.ts";
import { StateResError } from "../errors.ts";

/** @internal Events at hand. It may gain some whenever the resolution asks for them. */
export type EventSource = ReadonlyMap<string, AuthEvent>;

/** @internal A resolution under way: it asks for events by ID, which must be in its {@link EventSource} when it goes on, and returns its result. */
export type Resolving<T> = Generator<readonly string[], T, void>;

/** @internal Asks for those of the given events that are not at hand. */
export function* fetchMissing(source: EventSource, eventIds: Iterable<string>): Resolving<void> {
  const missing = [...new Set(eventIds)].filter((id) => !source.has(id));
  if (missing.length > 0) yield missing;
}

/** @internal The event with an ID. @throws {@link StateResError} `EVENT_NOT_FOUND`. */
export function eventIn(source: EventSource, eventId: string): AuthEvent {
  const event = source.get(eventId);
  if (event === undefined) throw notFound([eventId]);
  return event;
}

const SHOWN = 3;

/** @internal The error for events that nobody has. */
export function notFound(eventIds: readonly string[]): StateResError {
  const shown = eventIds.slice(0, SHOWN).join(", ") + (eventIds.length > SHOWN ? ", …" : "");
  return new StateResError("EVENT_NOT_FOUND", `${eventIds.length} events of the auth chains are not at hand: ${shown}`, eventIds);
}
