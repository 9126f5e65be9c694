import { authoriseByAuthEvents, authoriseOnReceipt } from "@patrix/federation";
import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthEvent, FetchState, StateKeyPair } from "@patrix/state-res";
import type { ReadingCore } from "../log/core.ts";
import type { RoomState } from "../rooms/state/room-state.ts";
import { StateSelector } from "../rooms/state/selected-state.ts";
import type { EventCache } from "../rooms/timeline/event-cache.ts";
import { eventStatus, type StoredEvent } from "../rooms/timeline/stored-event.ts";
import { type EventRow, timelineForward } from "../store/statements/events.ts";
import { query } from "../store/statement.ts";
import type { RoomRow } from "../store/statements/rooms.ts";
import type { StoreReader } from "../store/store.ts";
import { loadState } from "./load-state.ts";
import { type ShownEvent, shownEvent } from "./shown-event.ts";

/** How many events that were put aside are shown, and in how many later ones it is looked who follows them. */
const SHOWN = 20;
const LOOKED_THROUGH = 1_000;

const putAside = query<[roomNid: number, limit: number], EventRow>(
  "explain.putAside",
  `select * from events where room_nid = ?1 and timeline_pos is null and status in (1, 2) and renumbered_nid is null
   order by event_nid desc limit ?2`,
);

/** What the rules say of an event, found out again: why something was put aside is not stored. */
export interface Judgement {
  readonly rule?: string | undefined;
  readonly reason?: string | undefined;
}

/** An event that was put aside. */
export interface PutAside extends ShownEvent, Judgement {
  readonly outcome: "rejected" | "soft-failed";
  /** Whether nothing that is known here follows it, of what came after it. */
  readonly isTip: boolean;
}

/** What is judged by. */
export interface JudgeParts {
  readonly reader: StoreReader;
  readonly core: ReadingCore;
  readonly events: EventCache;
  readonly row: RoomRow;
  readonly rules: RoomVersionRules;
  /** The state of the room now. */
  readonly present: RoomState;
}

/** Reads what was put aside of late, and why. */
export async function readPutAside(parts: JudgeParts): Promise<PutAside[]> {
  const { reader, row, events } = parts;
  const found = await events.read(() => reader.all(putAside, row.room_nid, SHOWN));
  const oldest = Math.min(...found.map(({ nid }) => nid));
  const later = found.length === 0 ? [] : await reader.all(timelineForward, row.room_nid, oldest, Number.MAX_SAFE_INTEGER, LOOKED_THROUGH);
  const followed = new Set<string>();
  for (const event of [...found, ...(await events.read(() => Promise.resolve(later)))])
    for (const id of event.authEvent.prev_events) followed.add(id);
  const shown: PutAside[] = [];
  for (const event of found) {
    const before = await loadState(reader, event.fields.stateNid);
    const outcome = event.fields.status === eventStatus.rejected ? "rejected" : "soft-failed";
    const judgement = before ? await judge({ ...parts, before }, event) : {};
    shown.push({ ...shownEvent(event), outcome, ...judgement, isTip: !followed.has(event.eventId) });
  }
  return shown;
}

/** What the rules say of an event that was put aside; nothing of any other. */
export async function judge(
  { core, events, row, rules, present, before }: JudgeParts & { readonly before: RoomState },
  event: StoredEvent,
): Promise<Judgement> {
  const { status, stateNid } = event.fields;
  if (status !== eventStatus.rejected && status !== eventStatus.softFailed) return {};
  const selector = new StateSelector(core, events);
  const fetch = async (state: RoomState, keys: readonly StateKeyPair[]): Promise<FetchState> => (await selector.load(state, keys)).fetch;
  const fetchEvents = async (eventIds: readonly string[]): Promise<ReadonlyMap<string, AuthEvent>> =>
    new Map([...(await events.loadByIds(eventIds))].map(([id, found]) => [id, found.authEvent] as const));
  const { authEvent } = event;
  if (stateNid === 0) {
    const wrong = await authoriseByAuthEvents(authEvent, rules, { fetchEvents });
    return wrong
      ? { rule: wrong.rule, reason: wrong.reason }
      : { reason: "its auth events allow it: the state before it is not known here" };
  }
  const named = {
    eventId: event.eventId,
    roomId: row.room_id,
    pdu: event.pdu,
    prevEvents: authEvent.prev_events,
    authEvents: authEvent.auth_events,
  };
  const verdict = await authoriseOnReceipt(named, rules, {
    fetchEvents,
    stateBefore: (_event, keys) => fetch(before, keys),
    currentState: (keys) => fetch(present, keys),
  });
  if (verdict.outcome !== "accepted") return { ...(verdict.rule !== undefined && { rule: verdict.rule }), reason: verdict.reason };
  return {
    reason: "the state that the room has now allows it: another one did not when it came, or the policy server of the room",
  };
}
