import type { NamedPdu } from "@patrix/signatures";
import { toAuthEvent } from "@patrix/state-res";
import { isLocalUser } from "../../log/core.ts";
import { operation } from "../../store/statement.ts";
import { deletePartialRoom } from "../../store/statements/partial-rooms.ts";
import { deleteStrippedState } from "../../store/statements/rooms.ts";
import { RoomError } from "../errors.ts";
import type { PartialRoom } from "../partial/partial-rooms.ts";
import type { LoadedRoom, RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { RoomState, StateChange } from "../state/room-state.ts";
import { internStateKey } from "../state/state-key.ts";
import { hasState, type StoredEvent } from "../timeline/stored-event.ts";
import { type CheckedEvent, type EventLog, type ForkedMove, type NewMembership, statedMembership } from "../write/event-log.ts";
import { type Opening, statedOpening } from "../write/opening.ts";
import { checkedEvent, unknownState } from "./checked-event.ts";
import { noteMissing } from "./missing-events.ts";
import { outsideRoom } from "./outside-room.ts";
import { type OutlierParts, shelveOutliers } from "./shelve-outliers.ts";

/** A room as another server hands it over: the state before an event, what authorises it, and the event. */
export interface AdoptedRoom {
  readonly roomId: string;
  readonly version: string;
  /** The state before the event. */
  readonly state: readonly NamedPdu[];
  /** The events that authorise the state, each after those that it names. */
  readonly authChain: readonly NamedPdu[];
  /** The first event of the timeline here, such as the join of a local user. */
  readonly event: NamedPdu;
  /** Who was in the room, and who told, where the state lacks members. */
  readonly partial?: Omit<PartialRoom, "joinNid"> | undefined;
}

/** What the state that was handed over says, by the numbers that its events have here. */
interface HandedState {
  readonly changes: StateChange[];
  readonly memberships: NewMembership[];
  readonly openings: Opening[];
}

/**
 * Takes over a room from another server: its state and auth chain as events of no timeline, and then, in one commit, one event as the next
 * of the timeline with the state before it. Of a room that this server was in before, or has been invited to, it goes on with the state that
 * is handed over. Signatures, hashes and authorisation are checked before.
 *
 * @param known - The room, by {@link roomToAdopt}.
 */
export async function adoptRoom(rooms: Rooms, log: EventLog, known: RoomHandle, adopted: AdoptedRoom): Promise<LoadedRoom> {
  const handed = await storeHanded({ rooms, log, room: known }, adopted);
  const first = await checkedEvent(rooms, adopted.event, unknownState);
  const missing = await missingBefore(rooms, adopted.event);
  const room = await rooms.load(known);
  const own = await ownMembers(rooms, room);
  // From here on nothing pauses: what gets a position is queued in the same tick.
  const isNew = room.head.tips.length === 0;
  const { operation: storeGroup, ...before } = rooms.stateGroups.create(room, unknownState, handed.changes);
  const gone = membersWithout(room, handed).filter(({ userNid }) => !adopted.partial || !own.has(userNid));
  const brought = { ...handed, memberships: [...gone, ...handed.memberships] };
  room.head = { ...room.head, ...before };
  const appended = log.append(
    room,
    { ...first, before },
    isNew ? { brought } : { fork: (nid) => moveTo(rooms, room, { first, before, handed: brought }, nid), isAfterGap: missing.length > 0 },
  );
  const { memberNid } = first.numbers;
  const unstripped = memberNid === undefined ? [] : [operation(deleteStrippedState, room.nid, memberNid)];
  const partial = adopted.partial && { ...adopted.partial, joinNid: appended.event.nid };
  const noted = partial ? rooms.partial.beginOperation(room.nid, partial) : operation(deletePartialRoom, room.nid);
  await log.commit(room, [appended], {
    first: [storeGroup, ...unstripped, ...noteMissing(room, missing, appended.event.nid), noted],
    published: () => (partial ? rooms.partial.applyBegin(room.nid, partial) : rooms.partial.forget(room.nid)),
  });
  return room;
}

/** The members of a room who are users of this server: what they are is known here, whatever a state says that lacks members. */
async function ownMembers(rooms: Rooms, { view }: LoadedRoom): Promise<ReadonlySet<number>> {
  const { users } = rooms.core;
  await users.load([...view.members.keys()]);
  return new Set([...view.members.keys()].filter((userNid) => isLocalUser(rooms.core, users.peekText(userNid))));
}

/** The room that is handed over, made where it is not known. @throws {RoomError} `UNSUPPORTED_ROOM_VERSION` or `INVALID_ROOM_STATE`. */
export async function roomToAdopt(rooms: Rooms, log: EventLog, { roomId, version, state }: AdoptedRoom): Promise<RoomHandle> {
  const create = state.find(({ pdu }) => pdu["type"] === "m.room.create");
  if (!create) throw new RoomError("INVALID_ROOM_STATE", "the state has no m.room.create");
  const known = rooms.find(roomId);
  if (known) return known;
  const { room, stored } = await outsideRoom(rooms, { roomId, version, creator: toAuthEvent(create).sender });
  await log.commit(room, [], { first: [stored], published: () => rooms.add(room) });
  return room;
}

/** Stores the events that are handed over beside the first one of the timeline, and reads the state from them. */
async function storeHanded(parts: OutlierParts, { authChain, state }: AdoptedRoom): Promise<HandedState> {
  const handed: HandedState = { changes: [], memberships: [], openings: [] };
  const isState = new Set(state.map(({ eventId }) => eventId));
  const all = new Map([...authChain, ...state].map((pdu) => [pdu.eventId, pdu]));
  for await (const events of shelveOutliers(parts, [...all.values()]))
    for (const event of events) if (isState.has(event.eventId)) await noteStated(parts.rooms, handed, event);
  return handed;
}

/** The events before the first one that are not here. */
async function missingBefore(rooms: Rooms, { prevEvents }: NamedPdu): Promise<string[]> {
  const known = await rooms.events.loadByIds(prevEvents);
  return prevEvents.filter((eventId) => !hasState(known.get(eventId)));
}

/** The move of a room that was known already: it goes on in the state that was handed over, whatever it was. */
function moveTo(
  rooms: Rooms,
  room: LoadedRoom,
  {
    first,
    before,
    handed,
  }: {
    readonly first: CheckedEvent;
    readonly before: { readonly stateNid: number; readonly state: RoomState };
    readonly handed: HandedState;
  },
  nid: number,
): ForkedMove {
  const { skeyNid, memberNid } = first.numbers;
  const own = handed.memberships.filter(({ userNid }) => userNid !== memberNid);
  const membership = memberNid === undefined ? undefined : statedMembership(first.pdu);
  if (memberNid !== undefined && membership !== undefined) own.push({ userNid: memberNid, membership, eventNid: nid });
  const { operation: storeGroup, ...after } = rooms.stateGroups.create(room, before, skeyNid === undefined ? [] : [[skeyNid, nid]]);
  return {
    ...after,
    tips: [{ nid, eventId: first.eventId, ...after }],
    memberships: own,
    openings: handed.openings,
    operations: [storeGroup],
  };
}

/** Those who are members here and have no membership in the state that was handed over: they are in no longer. */
function membersWithout(room: LoadedRoom, handed: HandedState): NewMembership[] {
  const stated = new Set(handed.memberships.map(({ userNid }) => userNid));
  return [...room.view.members]
    .filter(([userNid, { membership }]) => !stated.has(userNid) && membership !== "leave")
    .map(([userNid, { eventNid }]) => ({ userNid, membership: "leave", eventNid }));
}

/** Notes what a state event says. */
async function noteStated(rooms: Rooms, handed: HandedState, { nid, fields, pdu }: StoredEvent): Promise<void> {
  const { type, stateKey } = fields;
  if (stateKey === undefined) return;
  handed.changes.push([await internStateKey(rooms.core, type, stateKey), nid]);
  const opening = statedOpening(fields, pdu);
  if (opening) handed.openings.push(opening);
  const membership = type === "m.room.member" && stateKey !== "" ? statedMembership(pdu) : undefined;
  if (membership !== undefined) handed.memberships.push({ userNid: await rooms.core.users.intern(stateKey), membership, eventNid: nid });
}
