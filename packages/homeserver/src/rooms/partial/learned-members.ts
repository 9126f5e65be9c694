import type { NamedPdu } from "@patrix/signatures";
import { isLocalUser } from "../../log/core.ts";
import type { WriteOperation } from "../../store/statement.ts";
import type { GroupedState, LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { RoomState, StateChange } from "../state/room-state.ts";
import { internStateKey } from "../state/state-key.ts";
import { eventStatus } from "../timeline/stored-event.ts";
import { type NewMembership, statedMembership } from "../write/event-log.ts";

/** A membership that was not known, and at which key of the state it is. */
export interface LearnedMember extends NewMembership {
  readonly skeyNid: number;
}

/**
 * The memberships that an event rests on, where a room lacks members and the state before the event says nothing of them: whoever sent the
 * event says by its auth events what they are, and until the members have come nobody here knows better. What users of this server are,
 * this server knows.
 */
export async function learnedMembers(
  rooms: Rooms,
  room: LoadedRoom,
  { authEvents }: Pick<NamedPdu, "authEvents">,
  before: RoomState,
): Promise<LearnedMember[]> {
  if (!rooms.partial.of(room.nid)) return [];
  const learned: LearnedMember[] = [];
  for (const { nid, fields, pdu } of (await rooms.events.loadByIds(authEvents)).values()) {
    const { type, stateKey = "", status, roomNid } = fields;
    if (type !== "m.room.member" || roomNid !== room.nid || status === eventStatus.rejected || isLocalUser(rooms.core, stateKey)) continue;
    const membership = statedMembership(pdu);
    const skeyNid = await internStateKey(rooms.core, type, stateKey);
    if (membership === undefined || before.get(skeyNid) !== undefined) continue;
    learned.push({ skeyNid, userNid: await rooms.core.users.intern(stateKey), membership, eventNid: nid });
  }
  return learned;
}

/** A state with members that were not known, where it says nothing of them, and what stores it. */
export function withLearned(
  rooms: Rooms,
  room: LoadedRoom,
  before: GroupedState,
  learned: readonly LearnedMember[],
): GroupedState & { readonly operations: readonly WriteOperation[] } {
  const changes = learned.flatMap(({ skeyNid, eventNid }): StateChange[] =>
    before.state.get(skeyNid) === undefined ? [[skeyNid, eventNid]] : [],
  );
  if (changes.length === 0) return { stateNid: before.stateNid, state: before.state, operations: [] };
  const { stateNid, state, operation } = rooms.stateGroups.create(room, before, changes);
  return { stateNid, state, operations: [operation] };
}

/** A room as if the members had been known at all of its ends, with what stores that, and the memberships that are new to it. */
export interface TaughtRoom {
  readonly room: LoadedRoom;
  readonly operations: readonly WriteOperation[];
  readonly memberships: readonly NewMembership[];
}

/** Puts members that were not known into the states of a room's ends. The room itself stays as it is until the next event moves it. */
export function teachRoom(rooms: Rooms, room: LoadedRoom, learned: readonly LearnedMember[]): TaughtRoom {
  if (learned.length === 0) return { room, operations: [], memberships: [] };
  const operations: WriteOperation[] = [];
  const taught = (before: GroupedState): GroupedState => {
    const { operations: stored, ...after } = withLearned(rooms, room, before, learned);
    operations.push(...stored);
    return after;
  };
  const { head } = room;
  const memberships = learned.filter(({ skeyNid }) => head.state.get(skeyNid) === undefined);
  const tips = head.tips.map((tip) => ({ ...tip, ...taught(tip) }));
  return { room: { ...room, head: { ...head, ...taught(head), tips } }, operations, memberships };
}
