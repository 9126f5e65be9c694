import type { RoomVersionRules } from "@patrix/room-versions";
import { type AuthEvent, selectAuthEvents, selectDecidingState, type StateKeyPair } from "@patrix/state-res";
import type { ReadingCore } from "../../log/core.ts";
import { turnIfDue } from "../../turns.ts";
import type { EventCache } from "../timeline/event-cache.ts";
import type { RoomState } from "./room-state.ts";
import { findStateKey } from "./state-key.ts";

/** How many events of a state are looked at before others may get their turn. */
const READ_AT_ONCE = 100;

/** What states of one room disagree on, and all that decides about it; the rest of the states need not be looked at. */
export interface Conflict {
  /** The keys at which the states differ, and those of what authorises the events there. */
  readonly decidingKeys: ReadonlySet<number>;
  /** Of the auth chain of each state the part that not all of them have. */
  readonly authChains: readonly ReadonlySet<string>[];
  /** The events on a path by `auth_events` between two events in conflict. */
  readonly subgraph: ReadonlySet<string>;
  /** How many events are in conflict, with those of the chains and on the paths. */
  readonly size: number;
}

/** What a conflict is read from. */
export interface ConflictParts {
  readonly core: ReadingCore;
  readonly events: EventCache;
  /** Gives events by ID, also the one that has no number yet. */
  readonly fetchEvents: (eventIds: readonly string[]) => Promise<ReadonlyMap<string, AuthEvent>>;
}

/**
 * Finds out what states disagree on, and what of their auth chains, which in room version 1 decide nothing. What the states agree on is in the
 * chain of each with all that authorises it, and so the search ends wherever it comes to that: it costs what is in conflict, however many
 * members a room has.
 *
 * @param state - One of the states.
 * @param keys - The keys at which they differ.
 * @param byState - The events of each state at those keys, by ID.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#definitions}
 */
export async function readConflict(
  parts: ConflictParts,
  { state, keys, byState }: { state: RoomState; keys: ReadonlySet<number>; byState: readonly (readonly string[])[] },
  rules: RoomVersionRules,
): Promise<Conflict> {
  const agreed = new AgreedState(parts, state, keys);
  const roots = new Set(byState.flat());
  const search = rules.stateResolution;
  const graph = await readGraph(parts, agreed, { roots, search });
  const reached: Set<string>[] = [];
  for (const own of byState) reached.push(search === "v1" ? new Set(own) : await reach(graph, own));
  const open = new Set<string>();
  for (const ids of reached)
    for (const id of ids) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (!roots.has(id) && !reached.every((others) => others.has(id))) open.add(id);
    }
  await agreed.removeChains(open);
  const authChains: Set<string>[] = [];
  for (const ids of reached) authChains.push(await within(ids, open));
  const subgraph = search === "v2.1" ? await pathsBetween(graph, roots) : new Set<string>();
  const full = new Set([...roots, ...open, ...subgraph]);
  const deciding = await decidingKeys(parts, graph, full, rules);
  return { decidingKeys: new Set([...keys, ...deciding]), authChains, subgraph, size: full.size };
}

/** Those of a set that are in another. */
async function within(ids: ReadonlySet<string>, others: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  for (const id of ids) {
    const turn = turnIfDue();
    if (turn) await turn;
    if (others.has(id)) found.add(id);
  }
  return found;
}

/** The keys of what authorises some events. */
async function decidingKeys(
  { core }: ConflictParts,
  { events }: Graph,
  eventIds: ReadonlySet<string>,
  rules: RoomVersionRules,
): Promise<Set<number>> {
  const keys = new Set<number>();
  const add = async ([type, stateKey]: StateKeyPair): Promise<void> => {
    const key = await findStateKey(core, type, stateKey);
    if (key !== undefined) keys.add(key);
  };
  await add(["m.room.power_levels", ""]);
  for (const id of eventIds) {
    const turn = turnIfDue();
    if (turn) await turn;
    const event = events.get(id);
    if (event) for (const pair of selectDecidingState(selectAuthEvents(event, rules), rules)) await add(pair);
  }
  return keys;
}

/** Events with what authorises them. */
interface Graph {
  readonly events: ReadonlyMap<string, AuthEvent>;
  /** Those on which the states agree: the search of differences ends there. */
  readonly agreed: ReadonlySet<string>;
}

/** Reads the auth chains of events, a generation at a time, as far as an algorithm asks for: not at all, until they are agreed on, or to the end. */
async function readGraph(
  { fetchEvents }: ConflictParts,
  state: AgreedState,
  { roots, search }: { readonly roots: ReadonlySet<string>; readonly search: RoomVersionRules["stateResolution"] },
): Promise<Graph> {
  const events = new Map<string, AuthEvent>();
  const agreed = new Set<string>();
  let wanted: readonly string[] = [...roots];
  while (wanted.length > 0) {
    const next = new Set<string>();
    for (const [id, event] of await fetchEvents(wanted)) {
      const turn = turnIfDue();
      if (turn) await turn;
      events.set(id, event);
      if (search === "v1") continue;
      if (!roots.has(id) && (await state.has(event))) agreed.add(id);
      if (search === "v2.1" || !agreed.has(id)) for (const auth of event.auth_events) next.add(auth);
    }
    wanted = [...next].filter((id) => !events.has(id));
  }
  return { events, agreed };
}

/** The events of some auth chains, and those themselves, without what is agreed on and all that this rests on. */
async function reach({ events, agreed }: Graph, from: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  const stack = [...from];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const turn = turnIfDue();
    if (turn) await turn;
    if (found.has(id) || agreed.has(id)) continue;
    found.add(id);
    stack.push(...(events.get(id)?.auth_events ?? []));
  }
  return found;
}

/** The events on the paths by `auth_events` from one of some events to another, these included. */
async function pathsBetween({ events }: Graph, roots: ReadonlySet<string>): Promise<Set<string>> {
  const authorised = new Map<string, string[]>();
  for (const [id, event] of events) {
    const turn = turnIfDue();
    if (turn) await turn;
    for (const auth of event.auth_events) {
      const known = authorised.get(auth);
      if (known) known.push(id);
      else authorised.set(auth, [id]);
    }
  }
  // All of them are authorised by way of a root; those from which one leads back to a root are on a path.
  const found = new Set<string>();
  const stack = [...roots];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const turn = turnIfDue();
    if (turn) await turn;
    if (found.has(id)) continue;
    found.add(id);
    stack.push(...(authorised.get(id) ?? []));
  }
  return found;
}

/** What states of one room agree on. */
class AgreedState {
  readonly #parts: ConflictParts;
  readonly #state: RoomState;
  readonly #keys: ReadonlySet<number>;

  /**
   * @param state - One of the states.
   * @param keys - The keys at which they differ.
   */
  constructor(parts: ConflictParts, state: RoomState, keys: ReadonlySet<number>) {
    this.#parts = parts;
    this.#state = state;
    this.#keys = keys;
  }

  /** Whether an event is part of it. */
  async has({ event_id: eventId, type, state_key: stateKey }: AuthEvent): Promise<boolean> {
    const key = stateKey === undefined ? undefined : await findStateKey(this.#parts.core, type, stateKey);
    if (key === undefined || this.#keys.has(key)) return false;
    const nid = this.#state.get(key);
    return nid !== undefined && (await this.#parts.events.get(nid))?.eventId === eventId;
  }

  /** Takes out of a set of events those in the auth chains of what is agreed on. What decides in a room comes first: most are found there. */
  async removeChains(eventIds: Set<string>): Promise<void> {
    if (eventIds.size === 0) return;
    const seen = new Set<string>();
    const nids = await this.#inOrder();
    for (let i = 0; i < nids.length && eventIds.size > 0; i += READ_AT_ONCE) {
      const turn = turnIfDue();
      if (turn) await turn;
      const read = await this.#parts.events.load(nids.slice(i, i + READ_AT_ONCE));
      await this.#removeChain(
        [...read.values()].flatMap(({ authEvent }) => authEvent.auth_events),
        { seen, eventIds },
      );
    }
  }

  async #removeChain(
    begin: readonly string[],
    { seen, eventIds }: { readonly seen: Set<string>; readonly eventIds: Set<string> },
  ): Promise<void> {
    let wanted = [...new Set(begin)].filter((id) => !seen.has(id));
    while (wanted.length > 0 && eventIds.size > 0) {
      for (const id of wanted) {
        seen.add(id);
        eventIds.delete(id);
      }
      const turn = turnIfDue();
      if (turn) await turn;
      const events = await this.#parts.fetchEvents(wanted);
      const next = new Set<string>();
      for (const { auth_events: authEvents } of events.values()) for (const id of authEvents) if (!seen.has(id)) next.add(id);
      wanted = [...next];
    }
  }

  /** The numbers of its events: first those that decide about others. */
  async #inOrder(): Promise<number[]> {
    const first: number[] = [];
    for (const type of ["m.room.power_levels", "m.room.join_rules", "m.room.create"]) {
      const key = await findStateKey(this.#parts.core, type, "");
      const nid = key === undefined || this.#keys.has(key) ? undefined : this.#state.get(key);
      if (nid !== undefined) first.push(nid);
    }
    const others: number[] = [];
    for (const [key, nid] of this.#state.entries()) if (!this.#keys.has(key)) others.push(nid);
    return [...new Set([...first, ...others])];
  }
}
