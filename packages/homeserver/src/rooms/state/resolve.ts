import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthEvent } from "@patrix/state-res";
import type { Core } from "../../log/core.ts";
import { StoreError } from "../../store/errors.ts";
import type { EventCache } from "../timeline/event-cache.ts";
import { entriesAt, PENDING_NID, type ResolvedStates, resolveStates } from "./resolve-states.ts";
import { RoomState, type StateChange } from "./room-state.ts";
import { internStateKey } from "./state-key.ts";

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
    const resolved = await resolveStates({ core: this.#core, events: this.#events }, states, { rules, pending });
    return resolved ? this.#fromMap(first, resolved, pending) : first;
  }

  /** Writes a resolved state down as what it changes in one of those that went in: most of them differ little. */
  async #fromMap(base: RoomState, { state, keys }: ResolvedStates, pending: AuthEvent | undefined): Promise<RoomState> {
    const changes: StateChange[] = [];
    const kept = new Set<number>();
    const events = await this.#events.loadByIds([...state.values()].flatMap((inner) => [...inner.values()]));
    for (const [type, inner] of state)
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
