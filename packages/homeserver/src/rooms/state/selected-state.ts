import type { FetchState, StateKeyPair } from "@patrix/state-res";
import type { ReadingCore } from "../../log/core.ts";
import { StoreError } from "../../store/errors.ts";
import type { EventCache } from "../timeline/event-cache.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { RoomState } from "./room-state.ts";
import { findStateKey, peekStateKey } from "./state-key.ts";

/** Some entries of a state, with their events in memory. */
export class SelectedState {
  readonly #keys: readonly StateKeyPair[];
  readonly #events: readonly (StoredEvent | undefined)[];

  constructor(keys: readonly StateKeyPair[], events: readonly (StoredEvent | undefined)[]) {
    this.#keys = keys;
    this.#events = events;
  }

  /** The event at a key that was selected; `undefined` where the state has none. */
  get(type: string, stateKey: string): StoredEvent | undefined {
    return this.#events[this.#keys.findIndex((key) => key[0] === type && key[1] === stateKey)];
  }

  /** As the authorisation rules read it. */
  readonly fetch: FetchState = (type, stateKey) => this.get(type, stateKey)?.authEvent;
}

/** Selects entries of states. */
export class StateSelector {
  readonly #core: ReadingCore;
  readonly #events: EventCache;

  constructor(core: ReadingCore, events: EventCache) {
    this.#core = core;
    this.#events = events;
  }

  /** Selects what is in memory; `undefined` if a name or an event must be loaded first. */
  peek(state: RoomState, keys: readonly StateKeyPair[]): SelectedState | undefined {
    const events: (StoredEvent | undefined)[] = [];
    for (const [type, stateKey] of keys) {
      const skey = peekStateKey(this.#core, type, stateKey);
      if (skey === undefined) return undefined;
      const nid = state.get(skey);
      const event = nid === undefined ? undefined : this.#events.peek(nid);
      if (nid !== undefined && event === undefined) return undefined;
      events.push(event);
    }
    return new SelectedState(keys, events);
  }

  /** Selects entries, loading what is not in memory. @throws {StoreError} `CORRUPT` if an event of the state is not stored. */
  async load(state: RoomState, keys: readonly StateKeyPair[]): Promise<SelectedState> {
    const skeys = await Promise.all(keys.map(([type, stateKey]) => findStateKey(this.#core, type, stateKey)));
    const nids = skeys.map((skey) => (skey === undefined ? undefined : state.get(skey)));
    const loaded = await this.#events.load(nids.filter((nid) => nid !== undefined));
    const events = nids.map((nid) => (nid === undefined ? undefined : loaded.get(nid)));
    const missing = nids.findIndex((nid, i) => nid !== undefined && events[i] === undefined);
    if (missing >= 0)
      throw new StoreError("CORRUPT", `the state names event ${nids[missing]} at ${keys[missing]?.[0]}, which is not stored`);
    return new SelectedState(keys, events);
  }
}
