import { isJsonObject, type JsonObject } from "@patrix/api";
import { CanonicalJsonError, encodeCanonicalJson } from "@patrix/canonical-json";
import { getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { contentHash, eventId, redact, roomIdOf, SignaturesError } from "@patrix/signatures";
import { decodeChanges } from "../rooms/state/room-state.ts";
import { parseStateKey } from "../rooms/state/state-key.ts";
import { keyList, query } from "../store/statement.ts";
import type { StoreReader } from "../store/store.ts";
import type { FindingKind, Report } from "./finding.ts";

/** How many events are read at once: each may have 64 KiB. */
const EVENTS_AT_ONCE = 250;

interface EventToCheck {
  readonly event_nid: number;
  readonly event_id: string;
  readonly type_nid: number;
  readonly skey_nid: number | null;
  readonly depth: number;
  readonly ts: number;
  readonly timeline_pos: number | null;
  readonly state_nid: number;
  readonly after_nid: number | null;
  readonly forked: number;
  readonly json: string;
  readonly renumbered_nid: number | null;
  /** What the numbers stand for; null where they stand for nothing, which is found as a missing reference. */
  readonly room_id: string | null;
  readonly version: string | null;
  readonly sender: string | null;
  readonly type: string | null;
  readonly skey: string | null;
}

const eventsAfter = query<[after: number, limit: number], EventToCheck>(
  "check.events",
  `select e.event_nid, e.event_id, e.type_nid, e.skey_nid, e.depth, e.ts, e.timeline_pos, e.state_nid, e.after_nid, e.forked, e.json, e.renumbered_nid,
     r.room_id, r.version, u.user_id as sender, t.type, k.skey
   from events e left join rooms r on r.room_nid = e.room_nid left join users u on u.user_nid = e.sender_nid
     left join event_types t on t.type_nid = e.type_nid left join state_keys k on k.skey_nid = e.skey_nid
   where e.event_nid > ?1 order by e.event_nid limit ?2`,
);
const deltasOf = query<[stateNids: string], { readonly state_nid: number; readonly delta: Uint8Array }>(
  "check.deltas",
  `select state_nid, delta from state_groups where state_nid in inList(?1)`,
);

/** What is wrong with a row, if anything is. */
type Problem = readonly [kind: FindingKind, message: string];

/**
 * Checks every event: that its columns say what the event says, that its ID and its content hash are its own, and that it is in the
 * state that follows it.
 *
 * @param progress - Told how many are checked.
 * @returns How many are of rooms whose version this release does not know: their hashes are not checked.
 */
export async function checkEvents(reader: StoreReader, report: Report, progress: (checked: number) => void): Promise<number> {
  let checked = 0;
  let unknown = 0;
  for (let after = 0; ;) {
    const page = await reader.all(eventsAfter, after, EVENTS_AT_ONCE);
    const deltas = await deltasAfter(reader, page);
    for (const row of page) {
      const rules = getRoomVersionRules(row.version ?? "");
      if (!rules && row.version !== null) unknown++;
      for (const [kind, message] of [...problemsOf(row, rules), ...stateProblems(row, deltas)])
        report({ kind, table: "events", key: { event_nid: row.event_nid }, message });
    }
    progress((checked += page.length));
    const last = page.at(-1);
    if (!last || page.length < EVENTS_AT_ONCE) return unknown;
    after = last.event_nid;
  }
}

function problemsOf(row: EventToCheck, rules: RoomVersionRules | undefined): Problem[] {
  const pdu = parsed(row.json);
  if (!pdu) return [["HASH", "json is no JSON object"]];
  const columns: readonly (readonly [name: string, column: unknown, said: unknown])[] = [
    ["sender", row.sender ?? pdu["sender"], pdu["sender"]],
    ["type", row.type ?? pdu["type"], pdu["type"]],
    ["state_key", stateKeyOf(row, pdu), pdu["state_key"]],
    ["depth", row.depth, pdu["depth"]],
    ["origin_server_ts", row.ts, pdu["origin_server_ts"]],
  ];
  const wrong = columns
    .filter(([, column, said]) => column !== said)
    .map(([name]): Problem => ["COLUMN", `the event has another ${name} than its columns say`]);
  return rules ? [...wrong, ...hashProblems(row, pdu, rules)] : wrong;
}

/** The state key that the columns say; that of the event where its number stands for nothing. */
function stateKeyOf({ type_nid: typeNid, skey_nid: skeyNid, skey }: EventToCheck, pdu: JsonObject): unknown {
  if (skeyNid === null) return undefined;
  if (skey === null) return pdu["state_key"];
  const pair = parseStateKey(skey);
  return pair.typeNid === typeNid ? pair.stateKey : null;
}

function hashProblems(row: EventToCheck, pdu: JsonObject, rules: RoomVersionRules): Problem[] {
  try {
    const problems: Problem[] = [];
    const id = eventId(pdu, rules);
    const named = row.renumbered_nid === null ? id : `=${id}`;
    if (named !== row.event_id) problems.push(["HASH", `event_id is ${row.event_id}, and the event's own is ${id}`]);
    else if (row.room_id !== null && roomIdOf(pdu, id, rules) !== row.room_id)
      problems.push(["COLUMN", "the event has another room_id than its columns say"]);
    if (!hasItsContent(pdu, rules)) problems.push(["HASH", "the content hash is not that of the event"]);
    return problems;
  } catch (error) {
    if (error instanceof SignaturesError || error instanceof CanonicalJsonError)
      return [["HASH", `the event is malformed: ${error.message}`]];
    throw error;
  }
}

/** Whether the content hash holds. An event that came with another content is stored without it, as a redaction leaves it. */
function hasItsContent(pdu: JsonObject, rules: RoomVersionRules): boolean {
  const { hashes } = pdu;
  if (isJsonObject(hashes) && hashes["sha256"] === contentHash(pdu, rules)) return true;
  const essential = ({ unsigned: _unsigned, ...kept }: JsonObject): string => encodeCanonicalJson(kept, { strict: false });
  return essential(redact(pdu, rules)) === essential(pdu);
}

/** The changes of the state groups that follow state events, each with the keys that it sets. */
async function deltasAfter(reader: StoreReader, page: readonly EventToCheck[]): Promise<ReadonlyMap<number, ReadonlyMap<number, number>>> {
  const nids = page.flatMap(({ skey_nid: skey, after_nid: after, forked }) =>
    skey === null || after === null || forked !== 0 ? [] : after,
  );
  if (nids.length === 0) return new Map();
  const rows = await reader.all(deltasOf, keyList(nids));
  return new Map(rows.map(({ state_nid: nid, delta }) => [nid, new Map(decodeChanges(delta))]));
}

/** An event that follows straight from the one before changes the room's state by itself, or not at all. */
function stateProblems(row: EventToCheck, deltas: ReadonlyMap<number, ReadonlyMap<number, number>>): Problem[] {
  const { event_nid: nid, after_nid: after, skey_nid: skey, state_nid: before, forked, timeline_pos: place } = row;
  if (forked !== 0 || after === null || place === null) return [];
  if (skey === null)
    return after === before ? [] : [["STATE", `state group ${after} follows it, and it is no state event after ${before}`]];
  // A group that is not there is found as a missing reference.
  const changes = deltas.get(after);
  return !changes || changes.get(skey) === nid ? [] : [["STATE", `it is not in state group ${after}, which follows it`]];
}

function parsed(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
