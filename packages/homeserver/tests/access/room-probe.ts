import type { OperationId } from "@patrix/client-api";
import type { AccessRoom, AccessUser, AccessWorld } from "./access-world.ts";
import type { Situation } from "./actors.ts";
import { type Expected, type Markers, refused } from "./expectation.ts";

/** A request: method, path and body. */
export type RequestLine = readonly [method: string, path: string, body?: unknown];

/** What a request of a cell is about. */
export interface RoomCell {
  readonly world: AccessWorld;
  readonly room: AccessRoom;
  readonly user: AccessUser;
}

/** One request of an operation, and what each actor must get for it. */
export interface RoomProbe {
  readonly request: (cell: RoomCell) => RequestLine;
  readonly expected: (situation: Situation) => Expected;
  /** What an answer with status 200 shows; without it nothing of what was planted. */
  readonly shows?: (situation: Situation) => Markers;
  /** What the answer must and must not say besides. */
  readonly says?: (situation: Situation, cell: RoomCell) => { readonly present?: RegExp; readonly absent?: RegExp };
}

/** What is expected of an operation about a room. */
export interface RoomRow {
  readonly operation: OperationId;
  readonly probes: readonly RoomProbe[];
  /** Whether guests may use it. */
  readonly guests: boolean;
  /** Whether it takes no token. */
  readonly open?: true | "optional";
  /** Whether a success changes who may do what, so that it needs a room of its own. */
  readonly changes?: boolean;
}

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
