import { canServerSeeEvent } from "@patrix/visibility";
import { eventIn, memberEventsIn } from "../../rooms/read/state-event.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { usersOfServer } from "../../store/statements/federation.ts";
import { turnIfDue } from "../../turns.ts";

/** What of a state decides whether a server may see events that were sent in it. */
interface Sight {
  readonly historyVisibility: unknown;
  readonly memberships: ReadonlyMap<string, unknown>;
}

/**
 * Tells which of some events a server may see: none that is over age.
 *
 * @returns The IDs of those that it may see.
 */
export async function seenByServer(rooms: Rooms, room: LoadedRoom, server: string, events: readonly StoredEvent[]): Promise<Set<string>> {
  const users = await rooms.core.store.all(usersOfServer, server, room.nid);
  const userIds = users.map(({ user_id: userId }) => userId);
  // Of a server that was in the room when it was joined, it may not be known by which users.
  const isIn = rooms.partial.of(room.nid)?.servers.has(server) ?? false;
  const latest = isIn
    ? Number.POSITIVE_INFINITY
    : latestPresence(
        room,
        users.map(({ user_nid: userNid }) => userNid),
      );
  const sights = new Map<number, Sight>();
  const seen = new Set<string>();
  for (const event of await rooms.retention.young(room, events)) {
    const turn = turnIfDue();
    if (turn) await turn;
    const { stateNid, type, stateKey, nid, eventId } = event.fields;
    const sight = sights.get(stateNid) ?? (await readSight(rooms, stateNid, userIds));
    sights.set(stateNid, sight);
    const shown = { type, state_key: stateKey, content: event.content };
    if (canServerSeeEvent(server, shown, { ...sight, hasJoinedSince: latest > nid })) seen.add(eventId);
  }
  return seen;
}

/** Where in the log some users were last in a room; the end of it where one still is. */
function latestPresence(room: LoadedRoom, userNids: readonly number[]): number {
  let latest = -1;
  for (const userNid of userNids) {
    const member = room.view.members.get(userNid);
    if (member?.membership === "join") return Number.POSITIVE_INFINITY;
    latest = Math.max(latest, member?.leftPos ?? -1);
  }
  return latest;
}

async function readSight(rooms: Rooms, stateNid: number, userIds: readonly string[]): Promise<Sight> {
  const state = await rooms.stateGroups.load(stateNid);
  const visibility = await eventIn(rooms, state, "m.room.history_visibility");
  const memberships = new Map<string, unknown>();
  for (const { fields, content } of await memberEventsIn(rooms, state, userIds))
    memberships.set(fields.stateKey ?? "", content["membership"]);
  return { historyVisibility: visibility?.content["history_visibility"], memberships };
}
