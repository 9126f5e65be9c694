import { isLocalUser } from "../../log/core.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import {
  anyReceipt,
  deleteStateGroup,
  detachOtherMembers,
  detachRoom,
  eventsToPurge,
  hideRoom,
  markDetached,
  membersOfServer,
  type OwnMemberRow,
  purgeReceipts,
  purgeRelation,
  purgeRoomRows,
  purgeUserOfRoom,
  roomsOfStateGroups,
} from "../../store/statements/purges.ts";
import { deleteEvent, purgeTraces, purgeTransactions } from "../../store/statements/retention.ts";
import { nextTurn } from "../../turns.ts";
import { RoomError } from "../errors.ts";
import type { Members } from "../membership/members.ts";
import type { EventReceiver } from "../receive/event-receiver.ts";
import type { Room } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/** How much is removed in one commit: events, users with what is stored of them, receipts. */
const SLICE = 200;
/** How many state groups of whatever rooms are looked at in one read. */
const GROUPS_AT_ONCE = 2_000;

/** What purges a room. */
export interface PurgeRoomParts {
  readonly rooms: Rooms;
  readonly members: Pick<Members, "leave">;
  readonly receiver: Pick<EventReceiver, "alone">;
  /** Resolves when everybody who acts on events has handled what is committed, and the servers that can be reached have it. */
  readonly told: (room: Room, signal: AbortSignal) => Promise<void>;
}

/** A purge of a room, and how it goes on. */
export interface PurgeRoomRun {
  readonly purgeId: string;
  /** Whether the users of this server are out already. */
  readonly isDetached: boolean;
  /** What the users are told who are put out. */
  readonly reason?: string | undefined;
  readonly signal: AbortSignal;
  /** Told how many events are removed so far. */
  readonly removed: (count: number) => void;
}

/**
 * Removes a room: puts the users of this server out, lets nothing of it be shown, and then removes its rows slice by slice. What is left is
 * what tells those users that they are out, and the number of the room. It can be begun anew wherever it was interrupted.
 *
 * @returns How many events were removed.
 * @throws What aborted the signal, after a whole slice.
 */
export async function purgeRoom(parts: PurgeRoomParts, room: Room, run: PurgeRoomRun): Promise<number> {
  if (!run.isDetached) await detach(parts, room, run);
  await purgeUsers(parts, room, run.signal);
  const count = await purgeAllEvents(parts, room, run);
  const { store, log } = parts.rooms.core;
  while ((await store.get(anyReceipt, room.nid)) !== undefined)
    await commit(parts, run.signal, [operation(purgeReceipts, room.nid, SLICE * 5)]);
  await purgeStateGroups(parts, room, run.signal);
  await log.append({ positions: [], operations: purgeRoomRows.map((statement) => operation(statement, room.nid)) });
  return count;
}

/** Puts the users of this server out, and takes the room away from them all in one commit. */
async function detach(parts: PurgeRoomParts, room: Room, { purgeId, reason, signal }: PurgeRoomRun): Promise<void> {
  const { rooms, receiver } = parts;
  const { core } = rooms;
  const stubborn = new Set<number>();
  for (;;) {
    await putOut(parts, room, { reason, signal, stubborn });
    await parts.told(room, signal);
    signal.throwIfAborted();
    const isDone = await receiver.alone(room, async () => {
      const loaded = await rooms.load(room);
      let settle = (): void => {};
      // Whoever sends waits, and finds the room empty.
      loaded.settling = new Promise((resolve) => (settle = resolve));
      try {
        await core.log.flushed();
        const own = await ownMembers(parts, room, () => true);
        if (own.some((row) => isPresent(row) && !stubborn.has(row.user_nid))) return false;
        await core.log.append({
          positions: [],
          operations: [
            operation(detachOtherMembers, room.nid, core.serverName),
            ...[...detachRoom, ...hideRoom].map((statement) => operation(statement, room.nid)),
            operation(markDetached, purgeId),
          ],
          publish: () => {
            // They have lost their places.
            for (const row of own) rooms.events.evict(row.event_nid);
            rooms.empty(room);
          },
        });
        return true;
      } finally {
        loaded.settling = undefined;
        settle();
      }
    });
    // Somebody came in meanwhile whose request was under way.
    if (isDone) return;
  }
}

/** Makes every user of this server leave; those whom the rules keep in are taken out with the room. */
async function putOut(
  parts: PurgeRoomParts,
  room: Room,
  { reason, signal, stubborn }: { readonly reason: string | undefined; readonly signal: AbortSignal; readonly stubborn: Set<number> },
): Promise<void> {
  for (const { user_nid: userNid, user_id: userId } of await ownMembers(parts, room, isPresent)) {
    signal.throwIfAborted();
    try {
      await parts.members.leave(room, userId, reason);
    } catch (error) {
      if (!(error instanceof RoomError)) throw error;
      if (error.code !== "OVERLOADED") stubborn.add(userNid);
    }
  }
}

function isPresent({ membership }: OwnMemberRow): boolean {
  return membership === "join" || membership === "invite" || membership === "knock";
}

/** The users of this server with a membership of a room. */
async function ownMembers(
  { rooms: { core } }: PurgeRoomParts,
  room: Room,
  isWanted: (row: OwnMemberRow) => boolean,
): Promise<OwnMemberRow[]> {
  const wanted: OwnMemberRow[] = [];
  for (let after = 0; ;) {
    const page = await core.store.all(membersOfServer, room.nid, core.serverName, after, SLICE);
    wanted.push(...page.filter((row) => isWanted(row) && isLocalUser(core, row.user_id)));
    const last = page.at(-1);
    if (!last || page.length < SLICE) return wanted;
    after = last.user_nid;
    await nextTurn();
  }
}

/** Removes what is stored of users for a room, and the memberships of those who have forgotten it. */
async function purgeUsers(parts: PurgeRoomParts, room: Room, signal: AbortSignal): Promise<void> {
  const users = await ownMembers(parts, room, () => true);
  for (let from = 0; from < users.length; from += SLICE)
    await commit(
      parts,
      signal,
      users
        .slice(from, from + SLICE)
        .flatMap(({ user_nid: userNid }) => purgeUserOfRoom.map((statement) => operation(statement, room.nid, userNid))),
    );
}

async function purgeAllEvents(parts: PurgeRoomParts, room: Room, { signal, removed }: PurgeRoomRun): Promise<number> {
  const { core, events } = parts.rooms;
  let count = 0;
  for (;;) {
    const page = await core.store.all(eventsToPurge, room.nid, SLICE);
    if (page.length === 0) return count;
    const nids = page.map((row) => row.event_nid);
    const devices = new Set(page.flatMap((row) => row.device_nid ?? []));
    await commit(parts, signal, [
      ...nids.flatMap((nid) => [
        ...[...purgeTraces, purgeRelation].map((statement) => operation(statement, room.nid, nid)),
        operation(deleteEvent, nid),
      ]),
      ...[...devices].map((device) => operation(purgeTransactions, device)),
    ]);
    for (const nid of nids) events.evict(nid);
    removed((count += page.length));
  }
}

async function purgeStateGroups(parts: PurgeRoomParts, room: Room, signal: AbortSignal): Promise<void> {
  const { store } = parts.rooms.core;
  for (let after = 0; ;) {
    const page = await store.all(roomsOfStateGroups, after, GROUPS_AT_ONCE);
    const nids = page.flatMap((row) => (row.room_nid === room.nid ? row.state_nid : []));
    for (let from = 0; from < nids.length; from += SLICE)
      await commit(
        parts,
        signal,
        nids.slice(from, from + SLICE).map((nid) => operation(deleteStateGroup, room.nid, nid)),
      );
    const last = page.at(-1);
    if (!last || page.length < GROUPS_AT_ONCE) return;
    after = last.state_nid;
    await nextTurn();
    signal.throwIfAborted();
  }
}

/** Stores a slice, unless it is to end; others get their turn. */
async function commit({ rooms }: PurgeRoomParts, signal: AbortSignal, operations: readonly WriteOperation[]): Promise<void> {
  signal.throwIfAborted();
  await rooms.core.log.append({ positions: [], operations: [...operations] });
  await nextTurn();
}
