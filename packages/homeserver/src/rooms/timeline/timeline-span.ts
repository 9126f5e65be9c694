import { operation, type WriteOperation } from "../../store/statement.ts";
import { insertTimelineSpan } from "../../store/statements/timeline-spans.ts";
import type { Place } from "./place.ts";

/** How long a span of time is, in milliseconds; the migration that fills the table has it too. */
const SPAN_MS = 600_000;

/** The span of time of a time in milliseconds since the Unix epoch. */
export function spanOf(ts: number): number {
  return Math.trunc(ts / SPAN_MS);
}

/** What stores that from a place on the events of a room were sent in a span. Where that was so before, it does no harm. */
export function startSpan(roomNid: number, place: Place, span: number): WriteOperation {
  return operation(insertTimelineSpan, roomNid, place, span);
}
