import type { NamedPdu } from "@patrix/signatures";
import type { ReadingCore } from "../../log/core.ts";
import type { WriteOperation } from "../../store/statement.ts";
import { turnIfDue } from "../../turns.ts";
import { RoomError } from "../errors.ts";
import type { GroupedState, LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StateResolver } from "../state/resolve.ts";
import { RoomState, type StateChange } from "../state/room-state.ts";
import { findStateKey, internStateKey } from "../state/state-key.ts";
import { eventStatus, hasState, type StoredEvent } from "../timeline/stored-event.ts";

/** A state on a branch of a room's graph, with what must be stored before anything refers to it. */
export interface BranchState extends GroupedState {
  readonly operations: readonly WriteOperation[];
}

/** Works out the state before an event from the events that it follows. */
export class BranchStates {
  readonly #rooms: Rooms;
  readonly #resolver: StateResolver;

  constructor(rooms: Rooms, resolver: StateResolver) {
    this.#rooms = rooms;
    this.#resolver = resolver;
  }

  /**
   * The state before an event: that in which the branches come together that it follows.
   *
   * @param told - What another server says of the state before it, as event IDs. It stands for those events before it that are not here, and
   * is one branch beside those that are: about them nobody else is asked.
   * @throws {RoomError} `MISSING_EVENTS` if an event before it is not stored with its state and nothing is told, or an event of what is told is not stored.
   */
  async before(room: LoadedRoom, { prevEvents }: NamedPdu, told?: readonly string[]): Promise<BranchState> {
    const stored = await this.#rooms.events.loadByIds(prevEvents);
    const missing = prevEvents.filter((eventId) => !hasState(stored.get(eventId)));
    if (missing.length > 0 && !told)
      throw new RoomError("MISSING_EVENTS", `events before it are not known: ${missing.join(", ")}`, { missing });
    const branches: BranchState[] = [];
    for (const event of stored.values()) if (hasState(event)) branches.push(await this.after(room, event));
    if (missing.length > 0 && told) branches.push(await this.#fromEvents(room, told));
    return this.join(room, branches);
  }

  /** The state in which branches come together. */
  async join(room: LoadedRoom, branches: readonly BranchState[]): Promise<BranchState> {
    const [first] = branches;
    if (!first) return { ...(await this.#group(0)), operations: [] };
    if (branches.every(({ stateNid }) => stateNid === first.stateNid)) return first;
    const resolved = await this.#resolver.resolve(
      branches.map(({ state }) => state),
      room.rules,
    );
    const operations = branches.flatMap((branch) => branch.operations);
    const changes = resolved.changesSince(first.state);
    return changes.length === 0 ? { ...first, operations } : this.#create(room, { ...first, operations }, changes);
  }

  /** A state that consists of the given events, as far as they are of the room and allowed. @throws {RoomError} `MISSING_EVENTS` if one of them is not stored. */
  async #fromEvents(room: LoadedRoom, eventIds: readonly string[]): Promise<BranchState> {
    const stored = await this.#rooms.events.loadByIds(eventIds);
    const missing = eventIds.filter((eventId) => !stored.has(eventId));
    if (missing.length > 0) throw new RoomError("MISSING_EVENTS", `events of the state are not known: ${missing.join(", ")}`, { missing });
    const entries: StateChange[] = [];
    for (const { nid, fields } of stored.values()) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (fields.stateKey !== undefined && fields.status !== eventStatus.rejected && fields.roomNid === room.nid)
        entries.push([await internStateKey(this.#rooms.core, fields.type, fields.stateKey), nid]);
    }
    const { stateNid, state } = room.head;
    const changes = RoomState.empty.with(entries).changesSince(state);
    // Most states of a room differ little from the present one.
    const base = changes.length <= entries.length ? { stateNid, state } : await this.#group(0);
    if (base.stateNid !== 0 && changes.length === 0) return { ...base, operations: [] };
    return this.#create(room, { ...base, operations: [] }, base.stateNid === 0 ? entries : changes);
  }

  /** The state after a stored event, on its own branch. */
  async after(room: LoadedRoom, event: StoredEvent): Promise<BranchState> {
    const tip = room.head.tips.find((known) => known.nid === event.nid);
    if (tip) return { stateNid: tip.stateNid, state: tip.state, operations: [] };
    const { stateNid, changes } = await stateAfter(this.#rooms.core, event);
    const base = { ...(await this.#group(stateNid)), operations: [] };
    return changes.length === 0 ? base : this.#create(room, base, changes);
  }

  async #group(stateNid: number): Promise<GroupedState> {
    return { stateNid, state: await this.#rooms.stateGroups.load(stateNid) };
  }

  #create(room: LoadedRoom, base: BranchState, changes: readonly StateChange[]): BranchState {
    const { stateNid, state, operation } = this.#rooms.stateGroups.create(room, base, changes);
    return { stateNid, state, operations: [...base.operations, operation] };
  }
}

/** The state after a stored event on its own branch: a state group, and what the event changes in that. */
export async function stateAfter(
  core: ReadingCore,
  { fields: { nid, type, stateKey, stateNid, afterNid, isForked, status } }: StoredEvent,
): Promise<{ readonly stateNid: number; readonly changes: readonly StateChange[] }> {
  if (stateKey === undefined || status === eventStatus.rejected) return { stateNid, changes: [] };
  if (afterNid !== null && !isForked) return { stateNid: afterNid, changes: [] };
  const skey = await findStateKey(core, type, stateKey);
  return { stateNid, changes: skey === undefined ? [] : [[skey, nid]] };
}
