import { operation, type WriteOperation } from "../../store/statement.ts";
import { judgedEventsFrom, takeBackRedaction } from "../../store/statements/partial-rooms.ts";
import { purgeTraces } from "../../store/statements/retention.ts";
import { redactsOf } from "@patrix/room-versions";
import { turnIfDue } from "../../turns.ts";
import { RoomError } from "../errors.ts";
import { eventsInOrder } from "../read/state-event.ts";
import { BranchStates } from "../receive/branch-states.ts";
import { unknownState } from "../receive/checked-event.ts";
import { receivedRedactions } from "../receive/received-redaction.ts";
import type { EventReceiver } from "../receive/event-receiver.ts";
import type { GroupedState, LoadedRoom, RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StateResolver } from "../state/resolve.ts";
import type { RoomState } from "../state/room-state.ts";
import { internStateKey } from "../state/state-key.ts";
import { redactedOperations, redactionOperations } from "../write/redaction-operations.ts";
import { type EventRelation, eventRelation } from "../timeline/event-relation.ts";
import { placeAfter } from "../timeline/place.ts";
import { relateOperations, unrelateOperations } from "../timeline/relation-operations.ts";
import type { Relations } from "../timeline/relations.ts";
import { eventStatus, type StoredEvent } from "../timeline/stored-event.ts";
import { spanOf, startSpan } from "../timeline/timeline-span.ts";
import { type EventLog, type NewMembership, statedMembership } from "../write/event-log.ts";
import { statedOpening } from "../write/opening.ts";
import { type JudgedAgain, judgeEventsAgain } from "./judge-again.ts";
import type { PartialRoom } from "./partial-rooms.ts";

/** How many events are read at once, and how many memberships are stored in one commit: what they take is a slice of time. */
const SLICE = 100;

/** The state before a join as a server tells it. */
export interface FetchedState {
  /** Its events, all of them stored; of two for one key the last one counts. */
  readonly stateIds: readonly string[];
  /** Whether it must have everything with which the room was joined. */
  readonly isStrict: boolean;
  /** What is stored in the commit that completes the room, asked for once the members are known. */
  readonly alongside: () => Promise<StoredAlongside>;
}

/** What somebody else stores in a commit. */
export interface StoredAlongside {
  /** Asked for once, when the commit is made. */
  readonly operations: () => readonly WriteOperation[];
  /** Called once it is visible. */
  readonly published: () => void;
}

/** What completes rooms. */
export interface CompletionParts {
  readonly rooms: Rooms;
  readonly log: EventLog;
  readonly receiver: EventReceiver;
  readonly relations: Relations;
  readonly resolver: StateResolver;
}

/** What a state says of members, by the number of the user. */
type MembersOfState = Map<number, NewMembership>;

/** The whole state before a join. */
interface WholeState extends GroupedState {
  readonly operations: readonly WriteOperation[];
  readonly members: MembersOfState;
}

/**
 * Completes a room that was joined without its members: judges all that came since the join again, on top of the whole state, and makes that
 * the room's, in one commit. Memberships come before it, slice by slice.
 *
 * @returns Whether it is complete: not where the room was left meanwhile, or joined anew.
 * @throws {RoomError} `INVALID_ROOM_STATE` where the state does not let the user in, `MISSING_EVENTS` where one of its events is not stored.
 */
export function completeRoom(
  parts: CompletionParts,
  room: RoomHandle,
  partial: PartialRoom,
  { stateIds, isStrict, alongside }: FetchedState,
): Promise<boolean> {
  const { rooms, receiver } = parts;
  return receiver.alone(room, async () => {
    if (rooms.partial.of(room.nid) !== partial) return false;
    const whole = await readWhole(rooms, await rooms.load(room), stateIds);
    await requireLetsIn(parts, await rooms.load(room), partial, { whole, isStrict });
    await addMembers(parts, room, whole.members);
    const loaded = await rooms.load(room);
    rooms.hold(loaded);
    let settle = (): void => {};
    loaded.settling = new Promise((resolve) => (settle = resolve));
    try {
      return await moveToWhole(parts, loaded, partial, { whole, alongside });
    } finally {
      loaded.settling = undefined;
      settle();
      rooms.release(loaded);
    }
  });
}

async function readWhole(rooms: Rooms, room: LoadedRoom, stateIds: readonly string[]): Promise<WholeState> {
  const entries = new Map<number, number>();
  const members: MembersOfState = new Map();
  for (let i = 0; i < stateIds.length; i += SLICE) {
    const ids = stateIds.slice(i, i + SLICE);
    const found = await rooms.events.loadByIds(ids);
    const missing = ids.filter((eventId) => !found.has(eventId));
    if (missing.length > 0) throw new RoomError("MISSING_EVENTS", `events of the state are not known: ${missing.join(", ")}`, { missing });
    for (const { nid, fields, pdu } of found.values()) {
      const turn = turnIfDue();
      if (turn) await turn;
      const { type, stateKey, status, roomNid } = fields;
      if (stateKey === undefined || status === eventStatus.rejected || roomNid !== room.nid) continue;
      // The event that the join follows comes last, and is part of the state after it.
      entries.set(await internStateKey(rooms.core, type, stateKey), nid);
      const membership = type === "m.room.member" && stateKey !== "" ? statedMembership(pdu) : undefined;
      if (membership === undefined) continue;
      const userNid = await rooms.core.users.intern(stateKey);
      members.set(userNid, { userNid, membership, eventNid: nid });
    }
  }
  const { operation: stored, ...group } = rooms.stateGroups.create(room, unknownState, [...entries]);
  return { ...group, operations: [stored], members };
}

/** Checks that what the room was joined with is part of the state: a server that says otherwise tells of another room. */
async function requireLetsIn(
  parts: CompletionParts,
  room: LoadedRoom,
  { joinNid }: PartialRoom,
  { whole, isStrict }: { readonly whole: WholeState; readonly isStrict: boolean },
): Promise<void> {
  const { rooms } = parts;
  const join = await rooms.events.get(joinNid);
  if (!join) throw new RoomError("INVALID_ROOM_STATE", "the join is not known");
  const told = await rooms.stateGroups.load(join.fields.stateNid);
  if (isStrict) await requireAll(rooms, told, whole.state);
  const { head } = await judgeEventsAgain(judging(parts), room, only(join), whole);
  if (head.tips.length === 0) throw new RoomError("INVALID_ROOM_STATE", "the state does not let the user in");
}

/** Checks that a state has all that another one has; an event that came after others had named it has another number since. */
async function requireAll({ events }: Rooms, wanted: RoomState, state: RoomState): Promise<void> {
  for (const [skey, nid] of wanted.entries()) {
    const found = state.get(skey);
    if (found === nid) continue;
    const event = await events.get(nid);
    if (found === undefined || (await events.get(found))?.eventId !== event?.eventId)
      throw new RoomError("INVALID_ROOM_STATE", `the state does not have ${event?.eventId}, with which the room was joined`);
  }
}

async function* only(event: StoredEvent): AsyncGenerator<StoredEvent> {
  yield event;
}

/** Stores who is a member and was not known, slice by slice: whoever hears of members does something for each. */
async function addMembers({ rooms, log }: CompletionParts, room: RoomHandle, members: MembersOfState): Promise<void> {
  const unknown = [...members.values()];
  for (let i = 0; i < unknown.length; i += SLICE) {
    const turn = turnIfDue();
    if (turn) await turn;
    const some = unknown.slice(i, i + SLICE);
    await rooms.core.users.load(some.map(({ userNid }) => userNid));
    const loaded = await rooms.load(room);
    const memberships = some.filter(({ userNid }) => !loaded.view.members.has(userNid));
    if (memberships.length > 0) await log.amend(loaded, { memberships, first: () => [] });
  }
}

/** Judges everything again, and moves the room. Nobody else moves it meanwhile. */
async function moveToWhole(
  parts: CompletionParts,
  room: LoadedRoom,
  partial: PartialRoom,
  { whole, alongside }: { readonly whole: WholeState } & Pick<FetchedState, "alongside">,
): Promise<boolean> {
  const { rooms, log, relations } = parts;
  // What was appended before this is stored then.
  await rooms.core.log.append({ positions: [], operations: [] });
  const before = room.head;
  const judged = await judgeEventsAgain(judging(parts), room, eventsFrom(rooms, room, partial.joinNid), whole);
  const { head, operations, gone, come } = judged;
  // What the state had, and has not any more, or has something else in its place.
  const lost = head.state.changesSince(before.state).filter(([skey]) => before.state.get(skey) !== undefined);
  const replaced = await eventsInOrder(
    rooms,
    lost.flatMap(([, nid]) => (nid === 0 ? [] : [nid])),
  );
  const memberships = await changedMembers(rooms, room, head.state, whole.members);
  const hasChanged = gone.length > 0 || come.length > 0 || lost.length > 0;
  const traces = await tracesOf(rooms, room, judged);
  const more = await alongside();
  if (rooms.peek(room) !== room || rooms.partial.of(room.nid) !== partial) return false;
  await log.amend(room, {
    memberships,
    openings: replaced.flatMap(({ fields, pdu }) => statedOpening(fields, pdu) ?? []),
    head,
    first: (pos) => [
      ...whole.operations,
      ...operations,
      ...traces.operations,
      ...more.operations(),
      rooms.partial.completeOperation(room.nid, { pos, hasChanged }),
    ],
    published: (pos) => {
      for (const nid of traces.evicted) rooms.events.evict(nid);
      for (const { nid } of [...gone, ...come]) rooms.sticky.revert(room.nid, nid);
      for (const targetId of traces.related) relations.changed(room.nid, targetId);
      rooms.partial.applyComplete(room.nid, { pos, hasChanged });
      more.published();
      for (const event of replaced) rooms.tellState(room, event);
    },
  });
  rooms.partial.tellComplete(room.nid);
  return true;
}

function judging({ rooms, resolver }: CompletionParts): Parameters<typeof judgeEventsAgain>[0] {
  return { rooms, resolver, branches: new BranchStates(rooms, resolver) };
}

/** The events of a room from the join on whose state is known, whatever became of them. */
async function* eventsFrom({ core, events }: Rooms, room: RoomHandle, joinNid: number): AsyncGenerator<StoredEvent> {
  for (let from = joinNid; ;) {
    const read = await events.read(() => core.store.all(judgedEventsFrom, room.nid, from, SLICE));
    yield* read.filter(({ fields }) => fields.place === null || fields.place === placeAfter(fields.nid));
    const last = read.at(-1);
    if (!last || read.length < SLICE) return;
    from = last.nid + 1;
  }
}

/** The memberships in which a state differs from what is known of the members. */
async function changedMembers(rooms: Rooms, room: LoadedRoom, state: RoomState, known: MembersOfState): Promise<NewMembership[]> {
  const told = new Set([...known.values()].map(({ eventNid }) => eventNid));
  const nids = [...state.entries()].map(([, nid]) => nid);
  const members: MembersOfState = new Map();
  const present = new Set(nids);
  for (const member of known.values()) if (present.has(member.eventNid)) members.set(member.userNid, member);
  for (const event of await eventsInOrder(
    rooms,
    nids.filter((nid) => !told.has(nid)),
  )) {
    const { type, stateKey } = event.fields;
    const membership = type === "m.room.member" && stateKey ? statedMembership(event.pdu) : undefined;
    if (membership === undefined) continue;
    const userNid = await rooms.core.users.intern(stateKey ?? "");
    members.set(userNid, { userNid, membership, eventNid: event.nid });
  }
  const changed = [...members.values()].filter(({ userNid, membership, eventNid }) => {
    const before = room.view.members.get(userNid);
    return before?.membership !== membership || before.eventNid !== eventNid;
  });
  const gone = [...room.view.members]
    .filter(([userNid, { membership }]) => !members.has(userNid) && membership !== "leave")
    .map(([userNid, { eventNid }]) => ({ userNid, membership: "leave", eventNid }));
  return [...changed, ...gone];
}

/** What is stored besides of events that were judged again. */
interface Traces {
  readonly operations: readonly WriteOperation[];
  /** The numbers of events that are to be read anew. */
  readonly evicted: readonly number[];
  /** The IDs of events that something else relates to now. */
  readonly related: readonly string[];
}

/** What removes all that is stored of events that are no longer shown, and stores what belongs to those that are from now on. */
async function tracesOf(rooms: Rooms, room: LoadedRoom, { judged, gone, come, head }: JudgedAgain): Promise<Traces> {
  const stored: WriteOperation[] = [];
  const evicted = [...judged];
  const related: string[] = [];
  for (const event of gone) {
    const { nid, pdu, content, rules } = event;
    stored.push(...purgeTraces.map((statement) => operation(statement, room.nid, nid)), operation(takeBackRedaction, room.nid, nid));
    const relation = eventRelation(event.fields.type, content);
    if (relation) stored.push(...unrelateOperations(room.nid, nid, relation));
    const targetId = redactsOf(pdu, rules);
    const target = targetId === undefined ? undefined : await rooms.events.byId(targetId);
    const shown = target?.fields.redactedBy === nid ? target : undefined;
    const own = shown && shown.fields.place !== null ? eventRelation(shown.fields.type, shown.pdu["content"]) : undefined;
    if (shown) evicted.push(shown.nid);
    if (shown && own) stored.push(...relateOperations(shown.nid, own));
    related.push(...targetsOf(relation, own));
  }
  for (const event of come) {
    const { nid, fields, content } = event;
    const relation = eventRelation(fields.type, content);
    const redactions = await receivedRedactions(rooms, { ...room, head }, event);
    stored.push(...redactionOperations(room, event, redactions), ...redactedOperations(event, redactions));
    stored.push(startSpan(room.nid, placeAfter(nid), spanOf(fields.ts)), ...(relation ? relateOperations(nid, relation) : []));
    if (redactions.redaction) evicted.push(redactions.redaction.nid);
    related.push(...targetsOf(relation, redactions.redaction?.relation));
  }
  return { operations: stored, evicted, related };
}

function targetsOf(...relations: readonly (EventRelation | undefined)[]): string[] {
  return relations.flatMap((relation) => relation?.targetId ?? []);
}
