import { decodeChanges, encodeChanges, type StateChange } from "../rooms/state/room-state.ts";
import { keyList, query } from "../store/statement.ts";
import type { StateGroupRow } from "../store/statements/rooms.ts";
import type { StoreReader } from "../store/store.ts";
import type { Report } from "./finding.ts";

/** How many groups are read at once: one of a large room may have a megabyte. */
const GROUPS_AT_ONCE = 25;
/** How many events are looked up at once. */
const EVENTS_AT_ONCE = 1_000;

const groupsAfter = query<[after: number, limit: number], StateGroupRow>(
  "check.stateGroups",
  `select * from state_groups where state_nid > ?1 order by state_nid limit ?2`,
);
const baseOf = query<[stateNid: number], { readonly base_nid: number | null }>(
  "check.base",
  `select base_nid from state_groups where state_nid = ?1`,
);
const keysOfEvents = query<[nids: string], { readonly event_nid: number; readonly room_nid: number; readonly skey_nid: number | null }>(
  "check.keysOfEvents",
  `select event_nid, room_nid, skey_nid from events where event_nid in inList(?1)`,
);

/**
 * Checks every state group: that it can be read, that what it is built on comes to an end, and that each entry is an event of the room
 * with that state key.
 */
export async function checkStateGroups(reader: StoreReader, report: Report, progress: (checked: number) => void): Promise<void> {
  let checked = 0;
  for (let after = 0; ;) {
    const page = await reader.all(groupsAfter, after, GROUPS_AT_ONCE);
    for (const group of page) {
      const tell = (message: string): void =>
        report({ kind: "STATE_GROUP", table: "state_groups", key: { state_nid: group.state_nid }, message });
      if (await hasCycle(reader, group)) tell("it is built on itself");
      const changes = readDelta(group.delta);
      if (changes) await checkEntries(reader, group.room_nid, changes, tell);
      else tell("delta cannot be read");
    }
    progress((checked += page.length));
    const last = page.at(-1);
    if (!last || page.length < GROUPS_AT_ONCE) return;
    after = last.state_nid;
  }
}

/** Whether the groups below a group lead back to it. Nearly every one is built on older ones, which have smaller numbers. */
async function hasCycle(reader: StoreReader, { state_nid: nid, base_nid: base }: StateGroupRow): Promise<boolean> {
  const seen = new Set<number>();
  for (let at = base; at !== null && !seen.has(at); at = (await reader.get(baseOf, at))?.base_nid ?? null) {
    if (at === nid) return true;
    // A circle is found from its smallest number, and most chains never go up.
    if (at < nid) return false;
    seen.add(at);
  }
  return false;
}

/** The changes of a delta; `undefined` unless they are written in the one way there is. */
function readDelta(delta: Uint8Array): readonly StateChange[] | undefined {
  const changes = decodeChanges(delta);
  const isWhole = changes.every((change) => change.every(Number.isSafeInteger));
  return isWhole && Buffer.compare(encodeChanges(changes), delta) === 0 ? changes : undefined;
}

async function checkEntries(
  reader: StoreReader,
  roomNid: number,
  changes: readonly StateChange[],
  tell: (message: string) => void,
): Promise<void> {
  // 0 stands for an entry that goes away.
  const entries = changes.filter(([, eventNid]) => eventNid !== 0);
  for (let from = 0; from < entries.length; from += EVENTS_AT_ONCE) {
    const some = entries.slice(from, from + EVENTS_AT_ONCE);
    const rows = await reader.all(keysOfEvents, keyList(some.map(([, eventNid]) => eventNid)));
    const events = new Map(rows.map((row) => [row.event_nid, row]));
    for (const [skeyNid, eventNid] of some) {
      const event = events.get(eventNid);
      if (event?.room_nid !== roomNid) tell(`event ${eventNid}, at state key ${skeyNid}, is not in the room`);
      else if (event.skey_nid !== skeyNid) tell(`event ${eventNid} is not for state key ${skeyNid}`);
    }
  }
}
