import type { RoomState } from "../rooms/state/room-state.ts";
import { keyList, query } from "../store/statement.ts";
import type { RoomRow } from "../store/statements/rooms.ts";
import type { StoreReader } from "../store/store.ts";
import { checkMembers } from "./check-members.ts";
import type { FindingKind, Report } from "./finding.ts";
import { loadState, parseTips } from "./load-state.ts";

/** How many rooms are read at once; each is then looked at by itself. */
const ROOMS_AT_ONCE = 250;

const roomsAfter = query<[after: number, limit: number], RoomRow>(
  "check.rooms",
  `select * from rooms where room_nid > ?1 order by room_nid limit ?2`,
);

interface TimelineRow {
  readonly event_nid: number;
  readonly timeline_pos: number;
  readonly state_nid: number;
  readonly after_nid: number | null;
  readonly forked: number;
}
const timeline = `select event_nid, timeline_pos, state_nid, after_nid, forked from events where room_nid = ?1 and timeline_pos > 0`;
const firstOfTimeline = query<[roomNid: number], TimelineRow>("check.first", `${timeline} order by timeline_pos limit 1`);
const lastOfTimeline = query<[roomNid: number], TimelineRow>("check.last", `${timeline} order by timeline_pos desc limit 1`);
const lastFork = query<[roomNid: number], TimelineRow>("check.fork", `${timeline} and forked = 1 order by timeline_pos desc limit 1`);
const stateSince = query<[roomNid: number, after: number], { readonly skey_nid: number; readonly event_nid: number }>(
  "check.stateSince",
  `select skey_nid, max(event_nid) as event_nid from events
   where room_nid = ?1 and timeline_pos > ?2 and skey_nid is not null group by skey_nid order by skey_nid`,
);
const isPartial = query<[roomNid: number], { readonly room_nid: number }>(
  "check.isPartial",
  `select room_nid from partial_rooms where room_nid = ?1 and join_nid is not null`,
);
const roomsOfEvents = query<[nids: string], { readonly event_nid: number; readonly room_nid: number }>(
  "check.roomsOfEvents",
  `select event_nid, room_nid from events where event_nid in inList(?1)`,
);

/**
 * Checks every room: that it ends with the newest event of its timeline and with tips of its own, that its state is the one that the
 * events of its timeline have made, and that its memberships are those of the state.
 */
export async function checkRooms(reader: StoreReader, report: Report, progress: (checked: number) => void): Promise<void> {
  let checked = 0;
  for (let after = 0; ;) {
    const page = await reader.all(roomsAfter, after, ROOMS_AT_ONCE);
    for (const room of page) {
      await checkRoom(reader, room, report);
      progress(++checked);
    }
    const last = page.at(-1);
    if (!last || page.length < ROOMS_AT_ONCE) return;
    after = last.room_nid;
  }
}

async function checkRoom(reader: StoreReader, room: RoomRow, report: Report): Promise<void> {
  const key = { room_nid: room.room_nid };
  const tell = (kind: FindingKind, message: string): void => report({ kind, table: "rooms", key, message });
  const newest = await reader.get(lastOfTimeline, room.room_nid);
  if (newest && newest.timeline_pos !== room.last_pos)
    tell("STATE", `last_pos is ${room.last_pos}, and the newest event of the timeline is at ${newest.timeline_pos}`);
  // Of data of the first release it is not known.
  if (newest && newest.after_nid !== null && newest.after_nid !== room.state_nid)
    tell("STATE", `state_nid is ${room.state_nid}, and state group ${newest.after_nid} follows the newest event`);
  const state = await loadState(reader, room.state_nid);
  await checkTips(reader, { ...room, state }, tell);
  // What is not there is found as a missing reference.
  if (!state) return;
  await checkState(reader, room, state, tell);
  // Members of a room that lacks some come before its state has them.
  if (!(await reader.get(isPartial, room.room_nid))) await checkMembers(reader, room.room_nid, state, report);
}

async function checkTips(
  reader: StoreReader,
  room: RoomRow & { readonly state: RoomState | undefined },
  tell: (kind: FindingKind, message: string) => void,
): Promise<void> {
  const tips = parseTips(room.tips);
  // A room of other servers, of which only an invite or a knock is known, has no event yet.
  if (tips?.length === 0 && room.state_nid === 0 && room.depth === 0) return;
  if (!tips || tips.length === 0) return tell("STATE", "tips are no pairs of numbers of events and state groups");
  const rows = await reader.all(roomsOfEvents, keyList(tips.map(([nid]) => nid)));
  const roomOf = new Map(rows.map((row) => [row.event_nid, row.room_nid]));
  for (const [nid, stateNid] of tips) {
    if (roomOf.get(nid) !== room.room_nid) tell("REFERENCE", `tips name event ${nid}, which is not in the room`);
    const state = await loadState(reader, stateNid);
    if (!state) tell("REFERENCE", `tips name state group ${stateNid}, which is not there`);
    else if (room.state && tips.length === 1 && state.changesSince(room.state).length > 0)
      tell("STATE", `state group ${stateNid} follows the only tip, and the room's, ${room.state_nid}, has another state`);
  }
}

/**
 * Compares a state with what the events of the timeline have made: the state after the last fork, or before the first event, and since
 * then the newest event of each key.
 */
async function checkState(
  reader: StoreReader,
  room: RoomRow,
  state: RoomState,
  tell: (kind: FindingKind, message: string) => void,
): Promise<void> {
  const fork = await reader.get(lastFork, room.room_nid);
  const first = fork ?? (await reader.get(firstOfTimeline, room.room_nid));
  if (!first) return;
  const base = await loadState(reader, fork ? (fork.after_nid ?? 0) : first.state_nid);
  if (!base) return;
  const since = await reader.all(stateSince, room.room_nid, fork?.timeline_pos ?? 0);
  const expected = base.with(since.map((row) => [row.skey_nid, row.event_nid] as const));
  for (const [skeyNid, eventNid] of expected.changesSince(state)) {
    const said = eventNid === 0 ? "and no event is" : `and event ${eventNid} is the newest`;
    tell("STATE", `event ${state.get(skeyNid) ?? "(none)"} is in the state at key ${skeyNid}, ${said}`);
  }
}
