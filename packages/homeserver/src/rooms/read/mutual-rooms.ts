import { limits } from "../../limits.ts";
import { RoomError } from "../errors.ts";
import type { Rooms } from "../rooms.ts";

/** A page of the rooms that two users are joined to. */
export interface MutualRooms {
  readonly roomIds: readonly string[];
  /** How many there are on all pages. */
  readonly count: number;
  /** The token of the next page; `undefined` at the end. */
  readonly next: string | undefined;
}

/** With whom a user has rooms in common. */
export interface MutualRoomsQuery {
  /** `undefined` for a user who is not known. */
  readonly other: number | undefined;
  /** The token of a page. */
  readonly from?: string | undefined;
}

/**
 * Reads which rooms two users are joined to, in the order in which this server came to know them.
 *
 * @throws {RoomError} `INVALID_TOKEN`.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mutual-rooms}
 */
export async function mutualRooms(rooms: Rooms, userNid: number, { other, from }: MutualRoomsQuery): Promise<MutualRooms> {
  const after = from === undefined ? 0 : readToken(from);
  if (other === undefined) return { roomIds: [], count: 0, next: undefined };
  const theirs = await rooms.ofUser(other);
  const shared: number[] = [];
  for (const [nid, { membership }] of await rooms.ofUser(userNid))
    if (membership === "join" && theirs.get(nid)?.membership === "join") shared.push(nid);
  const left = shared.filter((nid) => nid > after).toSorted((a, b) => a - b);
  const page = left.slice(0, limits.mutualRoomsPage.value);
  const last = page.at(-1);
  return {
    roomIds: page.flatMap((nid) => rooms.byNid(nid)?.id ?? []),
    count: shared.length,
    next: last === undefined || left.length === page.length ? undefined : `m${last.toString(36)}`,
  };
}

function readToken(token: string): number {
  const nid = /^m[0-9a-z]{1,11}$/.test(token) ? Number.parseInt(token.slice(1), 36) : Number.NaN;
  if (!Number.isSafeInteger(nid)) throw new RoomError("INVALID_TOKEN", "the token is none of this endpoint");
  return nid;
}
