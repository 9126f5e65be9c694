import { isLocalUser } from "../../log/core.ts";
import type { Position } from "../../log/position.ts";
import { limits } from "../../limits.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { placeAfter } from "../../rooms/timeline/place.ts";
import type { Timelines } from "../../rooms/timeline/timelines.ts";
import { roomsOfServer } from "../../store/statements/federation.ts";
import { turnIfDue } from "../../turns.ts";

/** Of a room with more than so many missed events only the newest goes out: the server asks for what comes before. */
const FEW_EVENTS = 50;

/**
 * Finds the events of this server's users that another server has not got, oldest first.
 *
 * @param sent - How far it has got, by shard.
 */
export async function missedEvents(
  { rooms, timelines }: { readonly rooms: Rooms; readonly timelines: Timelines },
  server: string,
  sent: readonly Position[],
): Promise<{ readonly eventNids: readonly number[]; readonly hasMore: boolean }> {
  const missed: number[] = [];
  for (const nid of await roomsFor(rooms, server, sent)) {
    const turn = turnIfDue();
    if (turn) await turn;
    const room = rooms.byNid(nid);
    const after = placeAfter(room ? (sent[room.shard] ?? 0) : 0);
    if (!room || room.end <= after) continue;
    const events = await timelines.forward(room, { after, upTo: room.end }, FEW_EVENTS + 1);
    const own = events.filter(({ fields }) => isLocalUser(rooms.core, fields.sender));
    if (events.length <= FEW_EVENTS) missed.push(...own.map((event) => event.nid));
    else missed.push(...(await newestOwn(rooms, timelines, room)));
  }
  const inOrder = missed.toSorted((a, b) => a - b);
  const most = limits.destinationEvents.value;
  return { eventNids: inOrder.slice(0, most), hasMore: inOrder.length > most };
}

/** The rooms of which a server is told: those with users of it, now or since it has got everything, and those where that is not known yet. */
export async function roomsFor(rooms: Rooms, server: string, sent: readonly Position[]): Promise<readonly number[]> {
  const known = await rooms.core.store.all(roomsOfServer, server, Math.min(...sent, Number.MAX_SAFE_INTEGER));
  const partial = rooms.partial.all().filter((nid) => rooms.partial.of(nid)?.servers.has(server));
  return [...new Set([...known.map(({ room_nid: nid }) => nid), ...partial])].toSorted((a, b) => a - b);
}

/** The newest event of this server's users in a room, if it is among the last ones. */
async function newestOwn(
  rooms: Rooms,
  timelines: Timelines,
  room: { readonly nid: number; readonly end: ReturnType<typeof placeAfter> },
): Promise<number[]> {
  const last = await timelines.backward(room, { after: placeAfter(0), upTo: room.end }, FEW_EVENTS);
  const own = last.find(({ fields }) => isLocalUser(rooms.core, fields.sender));
  return own ? [own.nid] : [];
}
