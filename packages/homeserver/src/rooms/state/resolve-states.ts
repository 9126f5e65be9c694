import type { RoomVersionRules } from "@patrix/room-versions";
import { type AuthEvent, type Resolution, resolveState, stateEntries, type StateMap, toStateMap } from "@patrix/state-res";
import type { ReadingCore } from "../../log/core.ts";
import { StoreError } from "../../store/errors.ts";
import type { EventCache } from "../timeline/event-cache.ts";
import { readConflict } from "./conflict.ts";
import type { RoomState, StateChange } from "./room-state.ts";

/** Stands in a state for the event that is being received, which has no number yet. */
export const PENDING_NID = -1;

/** What states are resolved from. */
export interface ResolveParts {
  readonly core: ReadingCore;
  readonly events: EventCache;
}

/** How states are resolved. */
export interface ResolveStatesOptions {
  readonly rules: RoomVersionRules;
  /** The event that {@link PENDING_NID} stands for. */
  readonly pending?: AuthEvent | undefined;
  /** Whether every step is to be told. */
  readonly explain?: boolean | undefined;
}

/** What came of states that differ. */
export interface ResolvedStates extends Resolution {
  /** The keys at which they differ. */
  readonly differing: ReadonlySet<number>;
  /** The keys of which the resolved state says anything; left out where it says something of all. */
  readonly keys: ReadonlySet<number> | undefined;
}

/**
 * Resolves some states of one room, as IDs of events: what is in conflict, and what decides about it. In room version 1 that is all.
 *
 * @returns Nothing where they do not differ.
 * @throws {StateResError} `EVENT_NOT_FOUND` if an auth chain is not stored. @throws {StoreError} `CORRUPT`.
 */
export async function resolveStates(
  { core, events }: ResolveParts,
  states: readonly RoomState[],
  { rules, pending, explain = false }: ResolveStatesOptions,
): Promise<ResolvedStates | undefined> {
  const [first] = states;
  const differing = new Set(first && states.flatMap((state) => state.changesSince(first).map(([skey]) => skey)));
  if (!first || differing.size === 0) return undefined;
  const fetchEvents = async (eventIds: readonly string[]): Promise<ReadonlyMap<string, AuthEvent>> => {
    const found = await events.loadByIds(eventIds);
    const entries = [...found].map(([eventId, event]) => [eventId, event.authEvent] as const);
    return new Map(pending && eventIds.includes(pending.event_id) ? [...entries, [pending.event_id, pending]] : entries);
  };
  const store = { fetchEvents };
  const toMaps = (keys?: ReadonlySet<number>): Promise<StateMap[]> =>
    Promise.all(states.map((state) => toMap(events, keys ? entriesAt(state, keys) : [...state.entries()], pending)));
  if (rules.stateResolution === "v1")
    return { ...(await resolveState(await toMaps(), { rules, store, explain })), differing, keys: undefined };
  const byState = (await toMaps(differing)).map((map) => [...stateEntries(map)].map(({ eventId }) => eventId));
  const { authChains, subgraph, decidingKeys } = await readConflict(
    { core, events, fetchEvents },
    { state: first, keys: differing, byState },
    rules,
  );
  const known = { authChains, conflictedSubgraph: subgraph };
  return { ...(await resolveState(await toMaps(decidingKeys), { rules, store, explain, ...known })), differing, keys: decidingKeys };
}

async function toMap(cache: EventCache, entries: readonly StateChange[], pending: AuthEvent | undefined): Promise<StateMap> {
  const nids = entries.map(([, nid]) => nid).filter((nid) => nid !== PENDING_NID);
  const events = await cache.load(nids);
  const missing = nids.find((nid) => !events.has(nid));
  if (missing !== undefined) throw new StoreError("CORRUPT", `a state names event ${missing}, which is not stored`);
  const keys = [...events.values()].map(({ eventId, fields }) => ({ event_id: eventId, type: fields.type, state_key: fields.stateKey }));
  return toStateMap(pending && nids.length < entries.length ? [...keys, pending] : keys);
}

/** The entries of a state at some keys. */
export function entriesAt(state: RoomState, keys: Iterable<number>): StateChange[] {
  return [...keys].flatMap((key) => {
    const nid = state.get(key);
    return nid === undefined ? [] : [[key, nid] as const];
  });
}
