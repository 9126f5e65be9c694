import type { RoomVersionRules } from "@patrix/room-versions";
import {
  addStateEvent,
  type AuthEvent,
  type MutableStateMap,
  type Resolution,
  resolveState,
  type StateEventKey,
  type StateMap,
} from "@patrix/state-res";
import type { ReadingCore } from "../../log/core.ts";
import { StoreError } from "../../store/errors.ts";
import { turnIfDue } from "../../turns.ts";
import type { EventCache } from "../timeline/event-cache.ts";
import { eventStatus } from "../timeline/stored-event.ts";
import { readConflict } from "./conflict.ts";
import { inPieces, type StoredJson } from "./resolution-protocol.ts";
import type { Resolutions } from "./resolutions.ts";
import type { RoomState, StateChange } from "./room-state.ts";

/** Stands in a state for the event that is being received, which has no number yet. */
export const PENDING_NID = -1;

/** How many events are loaded before others may get their turn. */
const LOADED_AT_ONCE = 100;

/** What states are resolved from. */
export interface ResolveParts {
  readonly core: ReadingCore;
  readonly events: EventCache;
  /** Runs large resolutions; left out where nobody waits for this thread. */
  readonly resolutions?: Resolutions | undefined;
}

/** How states are resolved. */
export interface ResolveStatesOptions {
  readonly rules: RoomVersionRules;
  /** The event that {@link PENDING_NID} stands for. */
  readonly pending?: AuthEvent | undefined;
  /** Whether every step is to be told. That happens on this thread: those who ask have a process of their own. */
  readonly explain?: boolean | undefined;
}

/** What came of states that differ. */
export interface ResolvedStates extends Resolution {
  /** The keys at which they differ. */
  readonly differing: ReadonlySet<number>;
  /** The keys of which the resolved state says anything. */
  readonly keys: ReadonlySet<number>;
  /** The numbers of the events that were looked at in the states, by ID. */
  readonly nids: ReadonlyMap<string, number>;
}

/**
 * Resolves some states of one room, as IDs of events: what is in conflict, and what decides about it. Where that is much, the algorithm runs
 * in another thread, and all that is done for it here gives others their turns.
 *
 * @returns Nothing where they do not differ.
 * @throws {StateResError} `EVENT_NOT_FOUND` if an auth chain is not stored. @throws {StoreError} `CORRUPT`, or `CLOSED`, once the server ends.
 * @throws {RoomError} `OVERLOADED`, where too many others are to be resolved.
 */
export async function resolveStates(
  { core, events, resolutions }: ResolveParts,
  states: readonly RoomState[],
  { rules, pending, explain = false }: ResolveStatesOptions,
): Promise<ResolvedStates | undefined> {
  const [first] = states;
  const differing = await differingKeys(states);
  if (!first || differing.size === 0) return undefined;
  const source = new ResolvedEvents(events, pending);
  const entries: StateEventKey[][] = [];
  for (const state of states) entries.push(await source.entries(entriesAt(state, differing)));
  const byState = entries.map((own) => own.map(({ event_id: eventId }) => eventId));
  const { decidingKeys, authChains, subgraph, size } = await readConflict(
    { core, events, fetchEvents: (eventIds) => source.fetch(eventIds) },
    { state: first, keys: differing, byState },
    rules,
  );
  const agreed = [...decidingKeys].filter((key) => !differing.has(key));
  const maps: StateMap[] = [];
  for (const [i, state] of states.entries()) maps.push(await toMap(entries[i] ?? [], await source.entries(entriesAt(state, agreed))));
  const known = { rules, authChains, conflictedSubgraph: subgraph };
  const resolution =
    resolutions?.isLarge(size) === true && !explain
      ? { state: await resolutions.resolve({ states: maps, ...known, load: (eventIds) => source.load(eventIds) }) }
      : await resolveState(maps, { ...known, store: { fetchEvents: (eventIds) => source.fetch(eventIds) }, explain });
  return { ...resolution, differing, keys: decidingKeys, nids: source.nids };
}

async function differingKeys([first, ...others]: readonly RoomState[]): Promise<Set<number>> {
  const differing = new Set<number>();
  for (const other of others) {
    const turn = turnIfDue();
    if (turn) await turn;
    for (const [skey] of first ? other.changesSince(first) : []) differing.add(skey);
  }
  return differing;
}

async function toMap(...parts: readonly (readonly StateEventKey[])[]): Promise<StateMap> {
  const map: MutableStateMap = new Map();
  for (const entries of parts)
    for (const entry of entries) {
      const turn = turnIfDue();
      if (turn) await turn;
      addStateEvent(map, entry);
    }
  return map;
}

/** The events of a resolution: those that are stored, and the one that is not yet. */
class ResolvedEvents {
  readonly #cache: EventCache;
  readonly #pending: AuthEvent | undefined;
  /** The numbers of those that entries were made of, by ID. */
  readonly nids: Map<string, number> = new Map();

  constructor(cache: EventCache, pending: AuthEvent | undefined) {
    this.#cache = cache;
    this.#pending = pending;
  }

  /** Events by ID as the algorithm reads them. */
  async fetch(eventIds: readonly string[]): Promise<ReadonlyMap<string, AuthEvent>> {
    const found = new Map<string, AuthEvent>();
    for (const some of inPieces(eventIds, LOADED_AT_ONCE))
      for (const [eventId, event] of await this.#cache.loadByIds(some)) {
        const turn = turnIfDue();
        if (turn) await turn;
        found.set(eventId, event.authEvent);
      }
    for (const event of this.#pendingOf(eventIds)) found.set(event.event_id, event);
    return found;
  }

  /** Events by ID as they are stored. */
  async load(eventIds: readonly string[]): Promise<(StoredJson | AuthEvent)[]> {
    const found = [...(await this.#cache.loadByIds(eventIds)).values()];
    const stored = found.map(({ eventId, fields: { json, status } }) => ({ eventId, json, isRejected: status === eventStatus.rejected }));
    return [...stored, ...this.#pendingOf(eventIds)];
  }

  /** What entries of a state are to the algorithm. */
  async entries(changes: readonly StateChange[]): Promise<StateEventKey[]> {
    const entries: StateEventKey[] = [];
    for (const some of inPieces(changes, LOADED_AT_ONCE)) {
      const turn = turnIfDue();
      if (turn) await turn;
      const nids = some.map(([, nid]) => nid).filter((nid) => nid !== PENDING_NID);
      const events = await this.#cache.load(nids);
      const missing = nids.find((nid) => !events.has(nid));
      if (missing !== undefined) throw new StoreError("CORRUPT", `a state names event ${missing}, which is not stored`);
      for (const { nid, eventId, fields } of events.values()) {
        this.nids.set(eventId, nid);
        entries.push({ event_id: eventId, type: fields.type, state_key: fields.stateKey });
      }
      if (this.#pending && nids.length < some.length) entries.push(this.#pending);
    }
    return entries;
  }

  #pendingOf(eventIds: readonly string[]): AuthEvent[] {
    return this.#pending && eventIds.includes(this.#pending.event_id) ? [this.#pending] : [];
  }
}

/** The entries of a state at some keys. */
export function entriesAt(state: RoomState, keys: Iterable<number>): StateChange[] {
  const entries: StateChange[] = [];
  for (const key of keys) {
    const nid = state.get(key);
    if (nid !== undefined) entries.push([key, nid]);
  }
  return entries;
}
