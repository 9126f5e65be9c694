import type { RoomVersionRules } from "@patrix/room-versions";
import { type AuthEvent, stateEntries } from "@patrix/state-res";
import type { Core } from "../../log/core.ts";
import { StoreError } from "../../store/errors.ts";
import { turnIfDue } from "../../turns.ts";
import { entriesAt, PENDING_NID, type ResolvedStates, type ResolveParts, resolveStates } from "./resolve-states.ts";
import { RoomState, type StateChange } from "./room-state.ts";
import { internStateKey } from "./state-key.ts";

/** What states are resolved from, where they may name what has no number yet. */
export interface StateResolverParts extends ResolveParts {
  readonly core: Core;
}

/** Resolves the states of a room's branches: the bridge between states of numbers and the algorithm, which knows event IDs. */
export class StateResolver {
  readonly #parts: StateResolverParts;

  constructor(parts: StateResolverParts) {
    this.#parts = parts;
  }

  /**
   * Resolves some states of one room to one.
   *
   * @param pending - The event that {@link PENDING_NID} stands for.
   * @throws {StateResError} `EVENT_NOT_FOUND` if an auth chain is not stored. @throws {RoomError} `OVERLOADED`, where too many states wait to be
   * resolved. @throws {StoreError} `CLOSED`, once the server ends.
   */
  async resolve(states: readonly RoomState[], rules: RoomVersionRules, pending?: AuthEvent): Promise<RoomState> {
    const [first = RoomState.empty] = states;
    const resolved = await resolveStates(this.#parts, states, { rules, pending });
    return resolved ? this.#fromMap(first, resolved, pending) : first;
  }

  /** Writes a resolved state down as what it changes in one of those that went in: most of them differ little. */
  async #fromMap(base: RoomState, { state, keys, nids }: ResolvedStates, pending: AuthEvent | undefined): Promise<RoomState> {
    const changes: StateChange[] = [];
    const kept = new Set<number>();
    for (const { type, stateKey, eventId } of stateEntries(state)) {
      const turn = turnIfDue();
      if (turn) await turn;
      const skey = await internStateKey(this.#parts.core, type, stateKey);
      const nid = eventId === pending?.event_id ? PENDING_NID : (nids.get(eventId) ?? (await this.#parts.events.byId(eventId))?.nid);
      if (nid === undefined) throw new StoreError("CORRUPT", `the resolved state names ${eventId}, which is not stored`);
      kept.add(skey);
      if (base.get(skey) !== nid) changes.push([skey, nid]);
    }
    for (const [skey] of entriesAt(base, keys)) if (!kept.has(skey)) changes.push([skey, 0]);
    return base.with(changes);
  }
}
