import { getRoomVersionRules } from "@patrix/room-versions";
import type { NamedPdu } from "@patrix/signatures";
import { toAuthEvent } from "@patrix/state-res";
import { operation } from "../../store/statement.ts";
import { insertRoom } from "../../store/statements/rooms.ts";
import { RoomError } from "../errors.ts";
import { type LoadedRoom, newRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StateChange } from "../state/room-state.ts";
import { eventStatus } from "../timeline/stored-event.ts";
import { type AppendedEvent, type EventLog, statedMembership, type NewMembership } from "../write/event-log.ts";
import { type Opening, statedOpening } from "../write/opening.ts";
import { checkedEvent, unknownState } from "./checked-event.ts";

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
}

/**
 * Takes over a room from another server, in one commit: its state and auth chain as events of no timeline, and one event
 * as the first of the timeline. Signatures, hashes and authorisation are checked before.
 *
 * @throws {RoomError} `UNSUPPORTED_ROOM_VERSION`, or `INVALID_ROOM_STATE` if the state has no `m.room.create`.
 */
export async function adoptRoom(rooms: Rooms, log: EventLog, adopted: AdoptedRoom): Promise<LoadedRoom> {
  const rules = getRoomVersionRules(adopted.version);
  if (!rules) throw new RoomError("UNSUPPORTED_ROOM_VERSION", `this server does not know room version ${adopted.version}`);
  const create = adopted.state.find(({ pdu }) => pdu["type"] === "m.room.create");
  if (!create) throw new RoomError("INVALID_ROOM_STATE", "the state has no m.room.create");
  const creatorNid = await rooms.core.users.intern(toAuthEvent(create).sender);
  const room = newRoom(rooms.number(), { id: adopted.roomId, version: adopted.version, rules, creatorNid });
  const isState = new Set(adopted.state.map(({ eventId }) => eventId));
  const changes: StateChange[] = [];
  const memberships: NewMembership[] = [];
  const openings: Opening[] = [];
  const outliers = new Map([...adopted.authChain, ...adopted.state].map((pdu) => [pdu.eventId, pdu]));
  const checked = await Promise.all([...outliers.values()].map((pdu) => checkedEvent(rooms, pdu, unknownState)));
  const first = await checkedEvent(rooms, adopted.event, unknownState);
  // From here on nothing pauses: what gets a position is queued in the same tick.
  const shelved = checked.map((event): AppendedEvent => {
    const appended = log.shelve(room, event, { place: null, status: eventStatus.outlier, afterNid: null });
    const { nid } = appended.event;
    const { skeyNid, memberNid } = event.numbers;
    if (!isState.has(event.eventId) || skeyNid === undefined) return appended;
    changes.push([skeyNid, nid]);
    const opening = statedOpening(event, event.pdu);
    if (opening) openings.push(opening);
    const membership = memberNid === undefined ? undefined : statedMembership(event.pdu);
    if (memberNid !== undefined && membership !== undefined) memberships.push({ userNid: memberNid, membership, eventNid: nid });
    return appended;
  });
  const { operation: storeGroup, ...before } = rooms.stateGroups.create(room, unknownState, changes);
  room.head = { ...room.head, ...before };
  const appended = log.append(room, { ...first, before }, { brought: { memberships, openings } });
  const stored = operation(insertRoom, room.nid, room.id, room.version, room.shard, "[]", 0, 0, 0, creatorNid);
  await log.commit(room, [...shelved, appended], { first: [stored, storeGroup], published: () => rooms.add(room) });
  return room;
}
