import type { Situation } from "./actors.ts";
import { type Expected, refused } from "./expectation.ts";
import type { RequestLine, RoomCell } from "./room-row.ts";

/** Where operations of the present version lie. */
export const client = "/_matrix/client/v3";
/** A success. */
export const ok: Expected = "200";
/** A success, or a refusal. */
export const when = (allowed: boolean): Expected => (allowed ? ok : refused.forbidden);
/** What members may. */
export const members = (situation: Situation): Expected => when(situation.isJoined);
/** What whoever may read the room may. */
export const readers = (situation: Situation): Expected => when(situation.mayRead);
/** What members with a power level may. */
export const withPower =
  (level: number) =>
  (situation: Situation): Expected =>
    when(situation.isJoined && situation.powerLevel >= level);
/** A path below the room. */
export const path =
  (rest: string) =>
  ({ room }: RoomCell) =>
    `${client}/rooms/${encodeURIComponent(room.roomId)}${rest}`;
/** Reads something of the room. */
export const get =
  (rest: string) =>
  (cell: RoomCell): RequestLine => ["GET", path(rest)(cell)];
/** Sends something to the room. */
export const post =
  (rest: string, body: (cell: RoomCell) => unknown = () => ({})) =>
  (cell: RoomCell): RequestLine => ["POST", path(rest)(cell), body(cell)];
/** A text as a pattern for itself. */
export function escaped(text: string): string {
  return text.replaceAll(/[$.*+?^(){}|[\]\\]/g, String.raw`\$&`);
}

/** Whether an answer must say a text, or must not. */
export function mentions(text: string, expected: boolean): { present?: RegExp; absent?: RegExp } {
  const pattern = new RegExp(escaped(text));
  return expected ? { present: pattern } : { absent: pattern };
}
