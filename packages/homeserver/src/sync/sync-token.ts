import { formatVector, parseVector, type PositionVector } from "../log/position.ts";

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

/** Formats a place in the timeline of one room: between the event at `pos` and the one after it. */
export function formatTimelineToken(pos: number): string {
  return pos < 0 ? `t-${(-pos).toString(36)}` : `t${pos.toString(36)}`;
}

/** Reads a place in a timeline; `undefined` for anything else. */
export function parseTimelineToken(text: string): number | undefined {
  const parts = /^t(-?)([0-9a-z]{1,11})$/.exec(text);
  return parts?.[2] === undefined ? undefined : Number.parseInt(parts[2], 36) * (parts[1] ? -1 : 1);
}
