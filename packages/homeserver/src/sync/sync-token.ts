import type { Core } from "../log/core.ts";
import { formatVector, isAtOrAfter, parseVector, type PositionVector } from "../log/position.ts";
import { parseTimelineToken, type Place, placeAtCut } from "../rooms/timeline/place.ts";
import { SyncError } from "./errors.ts";

/** What a client has seen: how far in each shard, and which changes of who is typing. */
export interface SyncToken {
  readonly positions: PositionVector;
  /** Number of the newest typing change; those start again with the server. */
  readonly typing: number;
}

/** Formats a sync token: `s`, the positions, and the typing number if there is one. Clients must not look inside. */
export function formatSyncToken({ positions, typing }: SyncToken): string {
  return `s${formatVector(positions)}${typing === 0 ? "" : `~${typing.toString(36)}`}`;
}

/** Reads a sync token; `undefined` for anything else. */
export function parseSyncToken(text: string): SyncToken | undefined {
  const parts = /^s([0-9a-z_]+)(?:~([0-9a-z]{1,10}))?$/.exec(text);
  const positions = parts?.[1] === undefined ? undefined : parseVector(parts[1]);
  return positions && { positions, typing: parts?.[2] === undefined ? 0 : Number.parseInt(parts[2], 36) };
}

/** Reads a sync token of this server. `name` is the parameter that it came in. @throws {SyncError} `INVALID_TOKEN`. */
export function readSyncToken({ log }: Core, name: string, text: string): SyncToken {
  const token = parseSyncToken(text);
  if (!token || token.positions.length !== log.shards) throw new SyncError("INVALID_TOKEN", `${name}: not a token of this server`);
  // A token from the future comes from another database, or from before a backup was restored.
  if (!isAtOrAfter(log.committed, token.positions)) throw new SyncError("INVALID_TOKEN", `${name}: the token is ahead of this server`);
  return token;
}

/**
 * Reads the place in a room's timeline that a token stands for: any token that the server gives out will do, of a sync
 * or of a page.
 *
 * @throws {SyncError} `INVALID_TOKEN`.
 */
export function readPlace(core: Core, name: string, text: string, shard: number): Place {
  const place = parseTimelineToken(text) ?? placeAtCut(readSyncToken(core, name, text).positions, shard);
  if (place > placeAtCut(core.log.committed, shard)) throw new SyncError("INVALID_TOKEN", `${name}: the token is ahead of this server`);
  return place;
}
