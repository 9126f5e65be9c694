import { lastCovered, MAX_SHARDS, type Position, type PositionVector } from "../../log/position.ts";

declare const place: unique symbol;

/**
 * A place in the timeline of one room: the gap right after an event. Places are compared with `<` and `<=`, and only
 * within one room. They are not the numbers of events: what is fetched as history gets places before the event that
 * follows it, whenever it comes.
 */
export type Place = number & { readonly [place]: true };

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one way to make a place, and not exported
const toPlace = (order: number): Place => order as Place;

/** The place before every event, history that is still to come included. */
export const timelineStart: Place = toPlace(Number.MIN_SAFE_INTEGER);
/** The place after every event. */
export const timelineEnd: Place = toPlace(Number.MAX_SAFE_INTEGER);
/** The place between history and the events that came as they were sent. */
export const historyEnd: Place = toPlace(0);

/** The place right after what the log holds at a position: an event of the room, or the news of a membership. */
export function placeAfter(pos: Position): Place {
  return toPlace(pos);
}

/** Where a cut through the log ends in the timelines of a shard's rooms. */
export function placeAtCut(cut: PositionVector, shard: number): Place {
  return toPlace(lastCovered(cut, shard));
}

/** The place right before the event that a place follows. */
export function placeBefore(after: Place): Place {
  return toPlace(after - 1);
}

/**
 * The place of an event of the past that precedes the event at a place, the next one at a distance of 1. Before an event that came as it was
 * sent it is a position of the log that nothing else has got.
 */
export function placeInPast(end: Place, distance: number): Place {
  return toPlace(end > historyEnd ? end - distance * MAX_SHARDS : end - distance);
}

/** Whether so many events of the past have places between the places of two events. */
export function hasPlacesBetween(before: Place, end: Place, count: number): boolean {
  return placeInPast(end, count) > before;
}

/** The earlier one of two places. */
export function earlierPlace(a: Place, b: Place): Place {
  return a < b ? a : b;
}

/** The later one of two places. */
export function laterPlace(a: Place, b: Place): Place {
  return a > b ? a : b;
}

/** Reads a place from the column that holds it. */
export function placeOfColumn(column: number): Place {
  return toPlace(column);
}

/** Formats a place as the token that clients paginate with: `q` and a base-36 number. Clients must not look inside. */
export function formatTimelineToken(after: Place): string {
  return after < 0 ? `q-${Math.abs(after).toString(36)}` : `q${after.toString(36)}`;
}

/** Reads such a token; `undefined` for anything else. */
export function parseTimelineToken(text: string): Place | undefined {
  const parts = /^q(-?)([0-9a-z]{1,11})$/.exec(text);
  const order = parts?.[2] === undefined ? Number.NaN : Number.parseInt(parts[2], 36);
  return Number.isSafeInteger(order) ? toPlace(parts?.[1] ? -order : order) : undefined;
}
