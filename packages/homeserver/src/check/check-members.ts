import { isJsonObject } from "@patrix/api";
import type { RoomState } from "../rooms/state/room-state.ts";
import { eventStatus } from "../rooms/timeline/stored-event.ts";
import { parseStateKey } from "../rooms/state/state-key.ts";
import { keyList, query } from "../store/statement.ts";
import { eventTypes } from "../store/statements/names.ts";
import type { StoreReader } from "../store/store.ts";
import type { Report } from "./finding.ts";

/** How many memberships, or entries of the state, are read at once. */
const ROWS_AT_ONCE = 500;

interface MemberToCheck {
  readonly user_nid: number;
  readonly membership: string;
  readonly event_nid: number;
  /** Null where the row refers to what is not there, which is found by itself. */
  readonly user_id: string | null;
  readonly skey_nid: number | null;
  readonly status: number | null;
  readonly skey: string | null;
  readonly json: string | null;
}
const membersAfter = query<[roomNid: number, after: number, limit: number], MemberToCheck>(
  "check.members",
  `select m.user_nid, m.membership, m.event_nid, u.user_id, e.skey_nid, e.status, k.skey, e.json
   from memberships m left join users u on u.user_nid = m.user_nid left join events e on e.event_nid = m.event_nid
     left join state_keys k on k.skey_nid = e.skey_nid
   where m.room_nid = ?1 and m.user_nid > ?2 order by m.user_nid limit ?3`,
);
const textsOfKeys = query<[nids: string], { readonly skey_nid: number; readonly skey: string }>(
  "check.textsOfKeys",
  `select skey_nid, skey from state_keys where skey_nid in inList(?1)`,
);

/** Checks that the memberships of a room are those of its state. */
export async function checkMembers(reader: StoreReader, roomNid: number, state: RoomState, report: Report): Promise<void> {
  const memberType = (await reader.get(eventTypes.byText, "m.room.member"))?.nid;
  const stored = new Set<number>();
  for (let after = 0; ;) {
    const page = await reader.all(membersAfter, roomNid, after, ROWS_AT_ONCE);
    for (const row of page) {
      if (row.skey_nid !== null) stored.add(row.skey_nid);
      const message = problemOf(row, state, memberType);
      if (message !== undefined)
        report({ kind: "STATE", table: "memberships", key: { room_nid: roomNid, user_nid: row.user_nid }, message });
    }
    const last = page.at(-1);
    if (!last || page.length < ROWS_AT_ONCE) break;
    after = last.user_nid;
  }
  const others = [...state.entries()].filter(([skeyNid]) => !stored.has(skeyNid));
  for (let from = 0; from < others.length; from += ROWS_AT_ONCE) {
    const events = new Map(others.slice(from, from + ROWS_AT_ONCE));
    for (const { skey_nid: skeyNid, skey } of await reader.all(textsOfKeys, keyList(events.keys()))) {
      const { typeNid, stateKey } = parseStateKey(skey);
      if (typeNid !== memberType || stateKey === "") continue;
      const message = `event ${events.get(skeyNid)} sets the membership of ${stateKey}, which has no row`;
      report({ kind: "STATE", table: "memberships", key: { room_nid: roomNid, user_nid: null }, message });
    }
  }
}

function problemOf(row: MemberToCheck, state: RoomState, memberType: number | undefined): string | undefined {
  if (row.user_id === null || row.skey_nid === null || row.skey === null || row.json === null) {
    return row.json !== null && row.skey_nid === null ? `event ${row.event_nid} is no membership event` : undefined;
  }
  const { typeNid, stateKey } = parseStateKey(row.skey);
  if (typeNid !== memberType || stateKey !== row.user_id) return `event ${row.event_nid} is no membership event of the user`;
  const said = statedMembership(row.json);
  const contradiction = said === row.membership ? undefined : `membership is ${row.membership}, and the event says ${said ?? "nothing"}`;
  const current = state.get(row.skey_nid);
  // What a room that lacked members said of somebody may have been wrong.
  if (current === undefined && row.membership === "leave") return undefined;
  // What a server that is not in the room hears of it from outside is no part of the state that it knows.
  if (row.status === eventStatus.outlier && row.membership !== "join" && row.event_nid > (current ?? 0)) return contradiction;
  if (current === undefined) return `membership is ${row.membership}, and the state has no event that says so`;
  if (current !== row.event_nid) return `event_nid is ${row.event_nid}, and the state has event ${current}`;
  return contradiction;
}

function statedMembership(json: string): string | undefined {
  try {
    const pdu: unknown = JSON.parse(json);
    const content: unknown = isJsonObject(pdu) ? pdu["content"] : undefined;
    const membership: unknown = isJsonObject(content) ? content["membership"] : undefined;
    return typeof membership === "string" ? membership : undefined;
  } catch {
    return undefined;
  }
}
