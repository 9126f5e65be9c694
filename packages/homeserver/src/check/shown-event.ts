import type { JsonObject } from "@patrix/api";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";

/** An event as an explanation names it. */
export interface ShownEvent {
  readonly eventId: string;
  readonly type: string;
  /** Left out for what is no state. */
  readonly stateKey?: string | undefined;
  readonly sender: string;
  /** When its server says that it was sent, in milliseconds since the epoch. */
  readonly sentTs: number;
  /** As clients see it; only where the state itself is asked for. */
  readonly content?: JsonObject | undefined;
}

/** Names an event. */
export function shownEvent({ eventId, fields: { type, stateKey, sender, ts } }: StoredEvent): ShownEvent {
  return { eventId, type, ...(stateKey !== undefined && { stateKey }), sender, sentTs: ts };
}
