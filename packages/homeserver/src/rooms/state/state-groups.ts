import { LruCache } from "@patrix/concurrency";
import { keyList, operation, type WriteOperation } from "../../store/statement.ts";
import { insertStateGroup, newestStateGroup, stateGroupChains } from "../../store/statements/rooms.ts";
import type { Store } from "../../store/store.ts";
import { type Core, openNumbers } from "../../log/core.ts";
import type { Numbers } from "../../log/numbers.ts";
import type { GroupedState, Room } from "../room.ts";
import { decodeChanges, encodeChanges, RoomState, type StateChange } from "./room-state.ts";

/** The bytes of decoded states, and of layers, that are kept in memory. */
const STATE_BYTES = 64 * 1024 * 1024;
const LAYER_BYTES = 24 * 1024 * 1024;
/** The most layers below a state group; a read decodes at most one more. */
const MAX_HOPS = 3;

interface Layer {
  readonly baseNid: number;
  readonly hops: number;
  readonly changes: readonly StateChange[];
}

/** A new state group, and the operation that stores it. */
export interface NewStateGroup extends GroupedState {
  readonly operation: WriteOperation;
}

/**
 * State groups: every state that a room has had, each stored as what it changes in an earlier one. Small layers are
 * merged into the one below when they have grown to half its size, so that a chain stays short and little is rewritten.
 */
export class StateGroups {
  readonly #store: Store;
  readonly #states = new LruCache<number, RoomState>(STATE_BYTES);
  readonly #layers = new LruCache<number, Layer>(LAYER_BYTES);
  readonly #numbers: Numbers;

  private constructor(store: Store, numbers: Numbers) {
    this.#store = store;
    this.#numbers = numbers;
  }

  /** Opens the state groups of a store. */
  static async open(core: Core): Promise<StateGroups> {
    const newest = (await core.store.get(newestStateGroup))?.nid ?? 0;
    return new StateGroups(core.store, await openNumbers(core, "state_group", newest));
  }

  /** The state of a group; group 0 is the empty state. @throws {RangeError} If there is no such group. */
  async load(nid: number): Promise<RoomState> {
    if (nid === 0) return RoomState.empty;
    const known = this.#states.get(nid);
    if (known) return known;
    const layer = await this.#layer(nid);
    if (!layer) throw new RangeError(`there is no state group ${nid}`);
    const state = (await this.load(layer.baseNid)).with(layer.changes);
    this.#rememberState(nid, state);
    return state;
  }

  /** Reads groups that are about to be loaded one by one, all at once. */
  async prefetch(nids: Iterable<number>): Promise<void> {
    await this.#read([...new Set(nids)].filter((nid) => nid !== 0 && !this.#states.get(nid) && !this.#layers.get(nid)));
  }

  /** Brings the layers of groups into memory, so that {@link StateGroups.create} can merge into them. */
  async prepare(...nids: readonly number[]): Promise<void> {
    await this.#read(nids.filter((nid) => nid !== 0 && !this.#layers.get(nid)));
    for (let at of nids) while (at !== 0) at = (await this.#layer(at))?.baseNid ?? 0;
  }

  /** Makes the group that follows another one by some changes. */
  create(room: Pick<Room, "nid" | "shard">, before: GroupedState, changes: readonly StateChange[]): NewStateGroup {
    const nid = this.#numbers.next(room.shard);
    const state = before.state.with(changes);
    const layer = this.#merge(before.stateNid, changes);
    this.#rememberLayer(nid, layer);
    this.#rememberState(nid, state);
    const base = layer.baseNid === 0 ? null : layer.baseNid;
    return { stateNid: nid, state, operation: operation(insertStateGroup, nid, room.nid, base, layer.hops, encodeChanges(layer.changes)) };
  }

  #merge(beforeNid: number, changes: readonly StateChange[]): Layer {
    let baseNid = beforeNid;
    let merged = changes;
    for (;;) {
      const below = baseNid === 0 ? undefined : this.#layers.get(baseNid);
      // A layer that is not in memory may lie on a full chain: the next one merges into this.
      if (!below) return { baseNid, hops: baseNid === 0 ? 0 : MAX_HOPS, changes: merged };
      if (below.hops < MAX_HOPS && merged.length * 2 < below.changes.length) return { baseNid, hops: below.hops + 1, changes: merged };
      // A removal must stay written down while there is a layer below that still has the entry.
      const all = new Map([...below.changes, ...merged]);
      if (below.baseNid === 0) for (const [key, event] of all) if (event === 0) all.delete(key);
      merged = [...all];
      baseNid = below.baseNid;
    }
  }

  /** The layer of a group; `undefined` if it is not stored. */
  async #layer(nid: number): Promise<Layer | undefined> {
    return this.#layers.get(nid) ?? (await this.#read([nid])).get(nid);
  }

  /** Reads groups with those below them. */
  async #read(nids: readonly number[]): Promise<ReadonlyMap<number, Layer>> {
    const layers = new Map<number, Layer>();
    if (nids.length === 0) return layers;
    for (const row of await this.#store.all(stateGroupChains, keyList(nids))) {
      const layer: Layer = { baseNid: row.base_nid ?? 0, hops: row.hops, changes: decodeChanges(row.delta) };
      layers.set(row.state_nid, layer);
      this.#rememberLayer(row.state_nid, layer);
    }
    return layers;
  }

  #rememberState(nid: number, state: RoomState): void {
    this.#states.set(nid, state, 300 + state.size * 12);
  }

  #rememberLayer(nid: number, layer: Layer): void {
    this.#layers.set(nid, layer, 200 + layer.changes.length * 64);
  }
}
