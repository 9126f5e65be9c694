import { eventsInOrder } from "../../rooms/read/state-event.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { RoomState } from "../../rooms/state/room-state.ts";
import { findStateKey, parseStateKey } from "../../rooms/state/state-key.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { turnIfDue } from "../../turns.ts";
import { isWanted, type StatePattern, type StateSelector } from "./room-config.ts";

/** How many entries of a state are looked at before others may get their turn. */
const LOOKED_AT_ONCE = 500;

/** A pattern with the number of its type; `undefined` for every type. */
interface NumberedPattern {
  readonly typeNid: number | undefined;
  readonly stateKey: string | undefined;
  /** Whether members are left out. */
  readonly lazyMembers: boolean;
}

/** The events of a state that are wanted, in the order in which they came. */
export async function wantedState(rooms: Rooms, state: RoomState, selectors: readonly StateSelector[]): Promise<StoredEvent[]> {
  const nids = new Set<number>();
  const wide: NumberedPattern[] = [];
  for (const { include, lazyMembers } of selectors)
    for (const pattern of include) {
      if (pattern.type !== undefined && pattern.stateKey !== undefined) {
        const skey = await findStateKey(rooms.core, pattern.type, pattern.stateKey);
        const nid = skey === undefined ? undefined : state.get(skey);
        if (nid !== undefined) nids.add(nid);
        continue;
      }
      const numbered = await numberedPattern(rooms, pattern, lazyMembers);
      if (numbered) wide.push(numbered);
    }
  if (wide.length > 0) await addMatching(rooms, state, wide, nids);
  const events = await eventsInOrder(rooms, [...nids]);
  return events.filter(({ fields }) => isWanted(selectors, fields.type, fields.stateKey ?? ""));
}

/** Numbers the type of a pattern; nothing matches a type that nobody has used. */
async function numberedPattern(
  { core }: Rooms,
  { type, stateKey }: StatePattern,
  lazyMembers: boolean,
): Promise<NumberedPattern | undefined> {
  const typeNid = type === undefined ? undefined : await core.eventTypes.find(type);
  return type !== undefined && typeNid === undefined ? undefined : { typeNid, stateKey, lazyMembers };
}

/** Adds the entries of a state that a pattern without a type or without a state key matches. */
async function addMatching({ core }: Rooms, state: RoomState, patterns: readonly NumberedPattern[], nids: Set<number>): Promise<void> {
  const memberType = await core.eventTypes.find("m.room.member");
  const entries = [...state.entries()];
  for (let start = 0; start < entries.length; start += LOOKED_AT_ONCE) {
    const slice = entries.slice(start, start + LOOKED_AT_ONCE);
    await core.stateKeys.load(slice.map(([skey]) => skey));
    const turn = turnIfDue();
    if (turn) await turn;
    for (const [skey, nid] of slice) {
      const { typeNid, stateKey } = parseStateKey(core.stateKeys.peekText(skey));
      const matches = (pattern: NumberedPattern): boolean =>
        (pattern.typeNid === undefined ? !(pattern.lazyMembers && typeNid === memberType) : pattern.typeNid === typeNid) &&
        (pattern.stateKey === undefined || pattern.stateKey === stateKey);
      if (patterns.some(matches)) nids.add(nid);
    }
  }
}
