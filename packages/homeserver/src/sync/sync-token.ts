import type { Core } from "../log/core.ts";
import { formatVector, isAtOrAfter, parseVector, type PositionVector } from "../log/position.ts";
import { parseTimelineToken, type Place, placeAtCut } from "../rooms/timeline/place.ts";
import { SyncError } from "./errors.ts";

/** A cut through all that sync tells: how far in each shard, and which changes of who is typing and who is there. */
export interface SyncCut {
  readonly positions: PositionVector;
  /** Number of the newest of those changes, which start again with the server. */
  readonly ephemeral: number;
}

/** What an answer that was full has left for the next ones. */
export interface OwedRest {
  /** From where on the client is owed it: what it knew before the first of the answers; `undefined` for one that knew nothing. */
  readonly since: SyncCut | undefined;
  /** Whether the rooms are owed with all of their state. */
  readonly fullState: boolean;
  /** The number of the last room that was looked at: those with larger ones are owed. */
  readonly room: number;
  /** As `room`, for the users whose keys have changed. */
  readonly user: number;
}

/** What a client has seen: everything up to a cut, but for what it is still owed. */
export interface SyncToken extends SyncCut {
  readonly owed?: OwedRest | undefined;
}

/**
 * Formats a sync token: `p`, the positions, and the ephemeral number if there is one. Where something is owed follow, after a dash,
 * in the same form the cut that it is owed from, and the numbers of the last room and user. Clients must not look inside.
 */
export function formatSyncToken({ owed, ...cut }: SyncToken): string {
  const token = `p${formatCut(cut)}`;
  if (!owed) return token;
  const { since, fullState, room, user } = owed;
  return `${token}-${since ? formatCut(since) : ""}.${room.toString(36)}.${user.toString(36)}${fullState ? ".f" : ""}`;
}

function formatCut({ positions, ephemeral }: SyncCut): string {
  return `${formatVector(positions)}${ephemeral === 0 ? "" : `~${ephemeral.toString(36)}`}`;
}

/** Reads a sync token; `undefined` for anything else. */
export function parseSyncToken(text: string): SyncToken | undefined {
  const parts = /^p([^-]+)(?:-([^.]*)\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})(\.f)?)?$/.exec(text);
  const cut = parts?.[1] === undefined ? undefined : parseCut(parts[1]);
  if (!cut || parts?.[2] === undefined) return cut;
  const since = parts[2] === "" ? undefined : parseCut(parts[2]);
  const [room, user] = [parts[3], parts[4]].map((number) => Number.parseInt(number ?? "", 36));
  if (room === undefined || user === undefined || (parts[2] !== "" && !since)) return undefined;
  return { ...cut, owed: { since, fullState: parts[5] !== undefined, room, user } };
}

function parseCut(text: string): SyncCut | undefined {
  const parts = /^([0-9a-z_]+)(?:~([0-9a-z]{1,10}))?$/.exec(text);
  const positions = parts?.[1] === undefined ? undefined : parseVector(parts[1]);
  return positions && { positions, ephemeral: parts?.[2] === undefined ? 0 : Number.parseInt(parts[2], 36) };
}

/** Where a connection of sliding sync has got to: the version of what it remembers of the client, and up to where it has told. */
export interface SlidingPos {
  readonly version: string;
  readonly cut: SyncCut;
}

/** Formats a position of a sliding sync: `s`, the version, and after a dot the cut as in a sync token. */
export function formatSlidingPos({ version, cut }: SlidingPos): string {
  return `s${version}.${formatCut(cut)}`;
}

/** Reads a position of a sliding sync; `undefined` for anything else. */
export function parseSlidingPos(text: string): SlidingPos | undefined {
  const parts = /^s([0-9a-z]{1,32})\.(.+)$/.exec(text);
  const cut = parts?.[2] === undefined ? undefined : parseCut(parts[2]);
  return cut && parts?.[1] !== undefined ? { version: parts[1], cut } : undefined;
}

/** Reads a sync token of this server. `name` is the parameter that it came in. @throws {SyncError} `INVALID_TOKEN`. */
export function readSyncToken({ log }: Core, name: string, text: string): SyncToken {
  const token = parseSyncToken(text);
  const since = token?.owed?.since;
  // Other servers' begin with other letters, so that none is taken for one of ours where an account moves in.
  if (!token || token.positions.length !== log.shards || (since && !isAtOrAfter(token.positions, since.positions)))
    throw new SyncError("INVALID_TOKEN", `${name}: not a token of this server`);
  // A token from the future comes from another database, or from before a backup was restored.
  if (!isAtOrAfter(log.committed, token.positions)) throw new SyncError("INVALID_TOKEN", `${name}: the token is ahead of this server`);
  return token;
}

/**
 * Reads the place in a room's timeline that a token stands for: any token that the server gives out will do, of a sync, of
 * a sliding one, or of a page.
 *
 * @throws {SyncError} `INVALID_TOKEN`.
 */
export function readPlace(core: Core, name: string, text: string, shard: number): Place {
  const cut = parseSlidingPos(text)?.cut.positions;
  const place =
    parseTimelineToken(text) ?? placeAtCut(cut?.length === core.log.shards ? cut : readSyncToken(core, name, text).positions, shard);
  if (place > placeAtCut(core.log.committed, shard)) throw new SyncError("INVALID_TOKEN", `${name}: the token is ahead of this server`);
  return place;
}
