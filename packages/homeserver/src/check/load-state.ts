import { decodeChanges, RoomState } from "../rooms/state/room-state.ts";
import { keyList } from "../store/statement.ts";
import { stateGroupChains } from "../store/statements/rooms.ts";
import type { StoreReader } from "../store/store.ts";

/** The state of a group; `undefined` if it, or one that it is built on, is not there. */
export async function loadState(reader: StoreReader, stateNid: number): Promise<RoomState | undefined> {
  if (stateNid === 0) return RoomState.empty;
  const groups = new Map((await reader.all(stateGroupChains, keyList([stateNid]))).map((row) => [row.state_nid, row]));
  const layers: Uint8Array[] = [];
  for (let at: number | null = stateNid; at !== null;) {
    const group = groups.get(at);
    if (!group) return undefined;
    // Each is used once: a chain that leads back to itself ends here.
    groups.delete(at);
    layers.push(group.delta);
    at = group.base_nid;
  }
  return layers.reduceRight((state, delta) => state.with(decodeChanges(delta)), RoomState.empty);
}

/** The numbers of the events at the ends of a room, and of the state groups after them; `undefined` if that is not what it says. */
export function parseTips(text: string): readonly (readonly [nid: number, stateNid: number])[] | undefined {
  try {
    const tips: unknown = JSON.parse(text);
    if (!Array.isArray(tips)) return undefined;
    const pairs = tips.flatMap((tip: unknown): [number, number][] => {
      if (!Array.isArray(tip)) return [];
      const [nid, stateNid, ...more]: readonly unknown[] = tip;
      const isPair = Number.isSafeInteger(nid) && Number.isSafeInteger(stateNid) && more.length === 0;
      return isPair ? [[Number(nid), Number(stateNid)]] : [];
    });
    return pairs.length === tips.length ? pairs : undefined;
  } catch {
    return undefined;
  }
}
