import type { RoomVersionRules } from "@patrix/room-versions";
import { type AuthEvent, resolveState, stateEntries, type StateMap, toStateMap } from "@patrix/state-res";
import type { Core } from "../../log/core.ts";
import { StoreError } from "../../store/errors.ts";
import type { EventCache } from "../timeline/event-cache.ts";
import { readConflict } from "./conflict.ts";
import { RoomState, type StateChange } from "./room-state.ts";
import { internStateKey } from "./state-key.ts";

/** Stands in a state for the event that is being received, which has no number yet. */
export const PENDING_NID = -1;

/** Resolves the states of a room's branches: the bridge between states of numbers and the algorithm, which knows event IDs. */
export class StateResolver {
  readonly #events: EventCache;
  readonly #core: Core;

  constructor(core: Core, events: EventCache) {
    this.#core = core;
    this.#events = events;
  }

  /**
   * Resolves some states of one room to one.
   *
   * @param pending - The event that {@link PENDING_NID} stands for.
   * @throws {StateResError} `EVENT_NOT_FOUND` if an auth chain is not stored.
   */
  async resolve(states: readonly RoomState[], rules: RoomVersionRules, pending?: AuthEvent): Promise<RoomState> {
    const [first = RoomState.empty] = states;
    const keys = new Set(states.flatMap((state) => state.changesSince(first).map(([skey]) => skey)));
    if (keys.size === 0) return first;
    const fetchEvents = async (eventIds: readonly string[]): Promise<ReadonlyMap<string, AuthEvent>> => {
      const found = await this.#events.loadByIds(eventIds);
      const entries = [...found].map(([eventId, event]) => [eventId, event.authEvent] as const);
      return new Map(pending && eventIds.includes(pending.event_id) ? [...entries, [pending.event_id, pending]] : entries);
    };
    const store = { fetchEvents };
    if (rules.stateResolution === "v1") {
      const maps = await Promise.all(states.map((state) => this.#toMap([...state.entries()], pending)));
      const { state } = await resolveState(maps, { rules, store });
      return this.#fromMap(first, state, { pending });
    }
    const inConflict = await Promise.all(states.map((state) => this.#toMap(entriesAt(state, keys), pending)));
    const byState = inConflict.map((map) => [...stateEntries(map)].map(({ eventId }) => eventId));
    const conflict = await readConflict({ core: this.#core, events: this.#events, fetchEvents }, { state: first, keys, byState }, rules);
    const { authChains, subgraph, decidingKeys } = conflict;
    const maps = await Promise.all(states.map((state) => this.#toMap(entriesAt(state, decidingKeys), pending)));
    const { state } = await resolveState(maps, { rules, store, authChains, conflictedSubgraph: subgraph });
    return this.#fromMap(first, state, { pending, keys: decidingKeys });
  }

  async #toMap(entries: readonly StateChange[], pending: AuthEvent | undefined): Promise<StateMap> {
    const nids = entries.map(([, nid]) => nid).filter((nid) => nid !== PENDING_NID);
    const events = await this.#events.load(nids);
    const missing = nids.find((nid) => !events.has(nid));
    if (missing !== undefined) throw new StoreError("CORRUPT", `a state names event ${missing}, which is not stored`);
    const keys = [...events.values()].map(({ eventId, fields }) => ({ event_id: eventId, type: fields.type, state_key: fields.stateKey }));
    return toStateMap(pending && nids.length < entries.length ? [...keys, pending] : keys);
  }

  /**
   * Writes a resolved state down as what it changes in one of those that went in: most of them differ little.
   *
   * @param options - `keys`: the keys of which the resolved state says anything; left out where it says something of all.
   */
  async #fromMap(
    base: RoomState,
    resolved: StateMap,
    { pending, keys }: { readonly pending: AuthEvent | undefined; readonly keys?: ReadonlySet<number> },
  ): Promise<RoomState> {
    const changes: StateChange[] = [];
    const kept = new Set<number>();
    const events = await this.#events.loadByIds([...resolved.values()].flatMap((inner) => [...inner.values()]));
    for (const [type, inner] of resolved)
      for (const [stateKey, eventId] of inner) {
        const skey = await internStateKey(this.#core, type, stateKey);
        const nid = eventId === pending?.event_id ? PENDING_NID : events.get(eventId)?.nid;
        if (nid === undefined) throw new StoreError("CORRUPT", `the resolved state names ${eventId}, which is not stored`);
        kept.add(skey);
        if (base.get(skey) !== nid) changes.push([skey, nid]);
      }
    const told = keys ? entriesAt(base, keys) : base.entries();
    for (const [skey] of told) if (!kept.has(skey)) changes.push([skey, 0]);
    return base.with(changes);
  }
}

/** The entries of a state at some keys. */
function entriesAt(state: RoomState, keys: ReadonlySet<number>): StateChange[] {
  return [...keys].flatMap((key) => {
    const nid = state.get(key);
    return nid === undefined ? [] : [[key, nid] as const];
  });
}
