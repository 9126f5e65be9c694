import type { JsonObject } from "@patrix/api";
import { serverOf } from "@patrix/signatures";
import { limits } from "../../limits.ts";
import type { WriteOperation } from "../../store/statement.ts";
import { turnIfDue } from "../../turns.ts";
import { eventsInOrder } from "../read/state-event.ts";
import type { GroupedState, LoadedRoom, Tip } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StateResolver } from "../state/resolve.ts";
import { PENDING_NID } from "../state/resolve-states.ts";
import type { RoomState } from "../state/room-state.ts";
import { toAuthEvent } from "@patrix/state-res";
import { type CheckedEvent, type ForkedMove, statedMembership, type NewMembership, type StatedChanges } from "../write/event-log.ts";
import { type Opening, statedOpening } from "../write/opening.ts";

/** Where a received event takes its room: worked out before it has a number, and finished when it gets one. */
export interface ForkPlan extends StatedChanges {
  readonly checked: CheckedEvent;
  /** The tips that stay. */
  readonly tips: readonly Tip[];
  /** The state after the event on its own branch, where it is a tip from now on, and that of the room; the event stands in them as pending. */
  readonly own?: RoomState;
  readonly resolved: RoomState;
}

/** Whether an event follows all tips of its room, in the state that the room has: then it makes no fork. */
export function followsStraight(room: LoadedRoom, { before }: CheckedEvent, prevEvents: readonly string[]): boolean {
  return before.stateNid === room.head.stateNid && room.head.tips.every(({ eventId }) => prevEvents.includes(eventId));
}

/** Works out where an event takes its room: the tips that it does not follow stay, and the states of all are resolved. */
export async function planFork(
  rooms: Rooms,
  resolver: StateResolver,
  room: LoadedRoom,
  { checked, prevEvents }: { readonly checked: CheckedEvent; readonly prevEvents: readonly string[] },
): Promise<ForkPlan> {
  const { before, numbers } = checked;
  const others = room.head.tips.filter(({ eventId }) => !prevEvents.includes(eventId));
  const tips = await fewTips(rooms, others, checked.sender);
  const own = numbers.skeyNid === undefined ? before.state : before.state.with([[numbers.skeyNid, PENDING_NID]]);
  const resolved = await resolver.resolve([own, ...tips.map(({ state }) => state)], room.rules, toAuthEvent(checked));
  return { checked, tips, own, resolved, ...(await statedChanges(rooms, room, checked, resolved)) };
}

/**
 * Keeps the tips of a room few: of the server that has most of them the newest stays. So one that sends nothing but forks pushes nobody
 * else's events out of the state of the room, nor out of what new events follow.
 *
 * @param sender - Who has sent the tip that comes in addition.
 */
async function fewTips(rooms: Rooms, tips: readonly Tip[], sender: string): Promise<readonly Tip[]> {
  const most = limits.forwardExtremities.value - 1;
  if (tips.length <= most) return tips;
  const events = await rooms.events.load(tips.map(({ nid }) => nid));
  const serverOfTip = ({ nid }: Tip): string => serverOf(events.get(nid)?.fields.sender) ?? "";
  const ofServer = new Map<string, Tip[]>();
  for (const tip of tips) ofServer.set(serverOfTip(tip), [...(ofServer.get(serverOfTip(tip)) ?? []), tip]);
  const comes = serverOf(sender) ?? "";
  const kept = new Set(tips);
  while (kept.size > most) {
    // Of those with as many, whoever has come last loses.
    const [, [oldest]] = [...ofServer].reduce((a, b) => (countOf(b, comes) >= countOf(a, comes) ? b : a));
    if (!oldest) break;
    kept.delete(oldest);
    ofServer.get(serverOfTip(oldest))?.shift();
  }
  return [...kept];
}

function countOf([server, tips]: readonly [string, readonly Tip[]], comes: string): number {
  return tips.length === 0 ? 0 : tips.length + Number(server === comes);
}

/**
 * Works out what an event changes that is older than others that are here already: what it has set is in the state of those, and nothing
 * new is to follow it.
 */
export async function planFollowed(
  rooms: Rooms,
  room: LoadedRoom,
  { checked, prevEvents }: { readonly checked: CheckedEvent; readonly prevEvents: readonly string[] },
): Promise<ForkPlan> {
  const { known, numbers } = checked;
  const { state } = room.head;
  const tips = room.head.tips.filter(({ eventId }) => !prevEvents.includes(eventId));
  const isNamed = numbers.skeyNid !== undefined && known !== undefined && state.get(numbers.skeyNid) === known.nid;
  const resolved = isNamed ? state.with([[numbers.skeyNid, PENDING_NID]]) : state;
  return { checked, tips: tips.length > 0 ? tips : room.head.tips, resolved, ...(await statedChanges(rooms, room, checked, resolved)) };
}

/** Finishes a plan with the number that the event got. */
export function moveByPlan(
  rooms: Rooms,
  room: LoadedRoom,
  { checked, tips, own, resolved, memberships, openings }: ForkPlan,
  nid: number,
): ForkedMove {
  const operations: WriteOperation[] = [];
  const group = (base: GroupedState, pending: RoomState): GroupedState => {
    const changes = pending.changesSince(base.state).map(([skey, event]) => [skey, event === PENDING_NID ? nid : event] as const);
    if (changes.length === 0) return { stateNid: base.stateNid, state: base.state };
    const { stateNid, state, operation } = rooms.stateGroups.create(room, base, changes);
    operations.push(operation);
    return { stateNid, state };
  };
  return {
    tips: own ? [...tips, { nid, eventId: checked.eventId, ...group(checked.before, own) }] : tips,
    ...group(room.head, resolved),
    memberships: memberships.map((member) => (member.eventNid === PENDING_NID ? { ...member, eventNid: nid } : member)),
    openings,
    operations,
  };
}

/** The memberships and settings in which a resolved state differs from the one that the room has. */
async function statedChanges(rooms: Rooms, room: LoadedRoom, checked: CheckedEvent, resolved: RoomState): Promise<StatedChanges> {
  const changes = resolved.changesSince(room.head.state);
  const gone = changes.filter(([, nid]) => nid === 0).flatMap(([skey]) => room.head.state.get(skey) ?? []);
  const memberships: NewMembership[] = [];
  const openings: Opening[] = [];
  const note = async (named: Pick<CheckedEvent, "type" | "stateKey">, pdu: JsonObject | undefined, eventNid: number): Promise<void> => {
    const turn = turnIfDue();
    if (turn) await turn;
    const opening = statedOpening(named, pdu);
    if (opening) openings.push(opening);
    // Where nothing is left that says so, nobody is in.
    const membership = pdu ? statedMembership(pdu) : "leave";
    if (named.type !== "m.room.member" || !named.stateKey || membership === undefined) return;
    memberships.push({ userNid: await rooms.core.users.intern(named.stateKey), membership, eventNid });
  };
  const present = changes.map(([, nid]) => nid).filter((nid) => nid !== 0 && nid !== PENDING_NID);
  for (const event of await eventsInOrder(rooms, present)) await note(event.fields, event.pdu, event.nid);
  for (const event of await eventsInOrder(rooms, gone)) await note(event.fields, undefined, event.nid);
  if (changes.some(([, nid]) => nid === PENDING_NID)) await note(checked, checked.pdu, PENDING_NID);
  return { memberships, openings };
}
