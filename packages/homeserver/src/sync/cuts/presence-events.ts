import type { FilterDefinition, GetPresenceResponse } from "@patrix/client-api";
import { typeMatcher } from "../../rooms/read/event-filter.ts";
import type { Presence } from "../../rooms/ephemeral/presence.ts";
import type { ShownPresence } from "../../rooms/ephemeral/shown-presence.ts";
import type { Ready } from "../../ready.ts";
import type { Rooms } from "../../rooms/rooms.ts";

const nothing: readonly string[] = [];

/** What a client wants to know of who is there. */
export interface PresenceFilter {
  readonly limit: number;
  readonly wants: (userId: string) => boolean;
}

/** Compiles the part of a filter that is about who is there. */
export function compilePresenceFilter(filter: FilterDefinition["presence"]): PresenceFilter {
  const { senders, not_senders: notSenders, limit = Number.POSITIVE_INFINITY } = filter ?? {};
  if (!(typeMatcher(filter)?.("m.presence") ?? true)) return { limit: 0, wants: () => false };
  const [included, excluded]: (ReadonlySet<string> | undefined)[] = [senders && new Set(senders), notSenders && new Set(notSenders)];
  return { limit: Math.max(0, limit), wants: (userId) => !excluded?.has(userId) && (included?.has(userId) ?? true) };
}

/** Whose news are asked for. */
export interface PresenceQuery {
  readonly userNid: number;
  /** The number of the newest change that the client knows; `undefined` if it knows nothing. */
  readonly since: number | undefined;
  /** Of whom the client is told how they stand, though they may not have changed. */
  readonly newcomers?: ReadonlySet<number> | undefined;
  readonly filter: PresenceFilter;
}

/** The news of who is there, as JSON. */
export function presenceEvents(rooms: Rooms, presence: Presence, query: PresenceQuery): Ready<readonly string[]> {
  return query.filter.limit === 0 || !presence.hasNews(query.since, query.newcomers) ? nothing : readEvents(rooms, presence, query);
}

async function readEvents(
  rooms: Rooms,
  presence: Presence,
  { userNid, since, newcomers, filter }: PresenceQuery,
): Promise<readonly string[]> {
  const { users, clock } = rooms.core;
  const changed = await presence.news(userNid, since, newcomers);
  if (changed.length === 0) return [];
  await users.load(changed);
  const now = clock.now();
  return changed
    .filter((nid) => filter.wants(users.peekText(nid)))
    .slice(0, filter.limit)
    .map((nid) => JSON.stringify({ type: "m.presence", sender: users.peekText(nid), content: writePresence(presence.of(nid), now) }));
}

/** Writes what others see of a user, as the API has it. */
export function writePresence({ presence, statusMsg, lastActiveTs, isActive }: ShownPresence, now: number): GetPresenceResponse {
  return {
    presence,
    ...(lastActiveTs !== undefined && { last_active_ago: Math.max(0, now - lastActiveTs) }),
    ...(statusMsg !== undefined && { status_msg: statusMsg }),
    ...(presence === "online" && { currently_active: isActive }),
  };
}
