import { isRoomAlias } from "@patrix/identifiers";
import { getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { explainKey, type ExplainedCandidate, type Explanation, StateResError } from "@patrix/state-res";
import { openReadingCore } from "../log/core.ts";
import { stateAfter } from "../rooms/receive/branch-states.ts";
import { resolveStates } from "../rooms/state/resolve-states.ts";
import type { RoomState } from "../rooms/state/room-state.ts";
import { findStateKey, parseStateKey } from "../rooms/state/state-key.ts";
import { EventCache } from "../rooms/timeline/event-cache.ts";
import { eventStatus, hasState, type StoredEvent } from "../rooms/timeline/stored-event.ts";
import { aliasRoom, roomById, type RoomRow, roomsByNids } from "../store/statements/rooms.ts";
import { keyList } from "../store/statement.ts";
import type { StoreReader } from "../store/store.ts";
import { ExplainError } from "./errors.ts";
import { loadState, parseTips } from "./load-state.ts";
import { judge, type PutAside, readPutAside } from "./put-aside.ts";
import { type ShownEvent, shownEvent } from "./shown-event.ts";

/** How many entries of the state are read at once. */
const READ_AT_ONCE = 200;

/** Which part of a room's state is explained. */
export interface ExplainRoomOptions {
  /** Only keys with this type. */
  readonly type?: string | undefined;
  /** Only keys with this state key. */
  readonly stateKey?: string | undefined;
  /** The state right before this event instead of the present one. */
  readonly at?: string | undefined;
}

/** An end of the graph of a room, or an event that another one follows. */
export interface ExplainedBranch extends ShownEvent {
  readonly depth: number;
  /** How many entries the state after it has. */
  readonly size: number;
  /** In how many entries that differs from the state of the room. */
  readonly differing: number;
}

/** One of the events between which a resolution has chosen. */
export interface RoomCandidate extends ExplainedCandidate {
  readonly sentTs: number;
  /** Places in the list of branches whose states have it; none for one that only an auth chain has. */
  readonly branches: readonly number[];
}

/** A key at which branches disagree. */
export interface ExplainedKey {
  readonly type: string;
  readonly stateKey: string;
  /** Left out where no event is left. */
  readonly winner?: string | undefined;
  readonly candidates: readonly RoomCandidate[];
}

/** The event before which the state is explained, and what became of it. */
export interface ExplainedEventOutcome extends ShownEvent {
  readonly outcome: "accepted" | "soft-failed" | "rejected" | "outlier";
  readonly rule?: string | undefined;
  readonly reason?: string | undefined;
}

/** Why a room has the state that it has. */
export interface RoomExplanation {
  readonly roomId: string;
  readonly roomVersion: string;
  readonly algorithm: RoomVersionRules["stateResolution"];
  /** Whether this server is not in the room, and knows nothing of its state. */
  readonly isOutside: boolean;
  readonly at?: ExplainedEventOutcome | undefined;
  /** The forward extremities, or the events that `at` follows. */
  readonly branches: readonly ExplainedBranch[];
  /** How many entries the state has that came of them. */
  readonly size: number;
  readonly conflicts: readonly ExplainedKey[];
  /** Every step of the resolution; left out where all branches agree. */
  readonly steps?: Omit<Explanation, "unconflicted"> | undefined;
  /** Keys at which the state that is stored is another one than this resolution gives, as `type stateKey`. */
  readonly differences: readonly string[];
  /** The state at the keys that are asked for; left out where none are. */
  readonly state?: readonly ShownEvent[] | undefined;
  /** What was put aside of late, newest first: rejected or soft-failed. */
  readonly putAside: readonly PutAside[];
}

/**
 * Explains why a room has the state that it has: which ends its graph has, what they disagree on, which events won and by which rule, and
 * what was put aside. It reads what is in conflict, however many members the room has.
 *
 * @param room - The ID of the room, or an alias of it.
 * @throws {ExplainError} `ROOM_NOT_FOUND`, `EVENT_NOT_FOUND`, `UNSUPPORTED_ROOM_VERSION`, `INCOMPLETE` where an auth chain is not stored.
 */
export async function explainRoom(reader: StoreReader, room: string, options: ExplainRoomOptions = {}): Promise<RoomExplanation> {
  const row = await findRoom(reader, room);
  const rules = getRoomVersionRules(row.version);
  if (!rules) throw new ExplainError("UNSUPPORTED_ROOM_VERSION", `the room has version ${row.version}, which this release does not know`);
  try {
    return await new RoomExplainer(await openParts(reader, row, rules)).explain(options);
  } catch (error) {
    if (!(error instanceof StateResError)) throw error;
    throw new ExplainError("INCOMPLETE", `the room cannot be explained: ${error.message}`, error);
  }
}

async function findRoom(reader: StoreReader, room: string): Promise<RoomRow> {
  const alias = isRoomAlias(room) ? await reader.get(aliasRoom, room) : undefined;
  const row = isRoomAlias(room) ? alias && (await reader.get(roomsByNids, keyList([alias.room_nid]))) : await reader.get(roomById, room);
  if (!row) throw new ExplainError("ROOM_NOT_FOUND", `${room} is not known here`);
  return row;
}

interface Parts {
  readonly reader: StoreReader;
  readonly core: Awaited<ReturnType<typeof openReadingCore>>;
  readonly events: EventCache;
  readonly row: RoomRow;
  readonly rules: RoomVersionRules;
}

async function openParts(reader: StoreReader, row: RoomRow, rules: RoomVersionRules): Promise<Parts> {
  const core = await openReadingCore(reader);
  return { reader, core, events: new EventCache(core, () => row.version), row, rules };
}

interface Branch {
  readonly event: StoredEvent;
  readonly state: RoomState;
}

class RoomExplainer {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async explain(options: ExplainRoomOptions): Promise<RoomExplanation> {
    const { row, rules, core, events } = this.#parts;
    const present = await this.#state(row.state_nid);
    const event = options.at === undefined ? undefined : await this.#eventOfRoom(options.at);
    const branches = event ? await this.#branchesBefore(event) : await this.#tips();
    const stored = event ? await this.#state(event.fields.stateNid) : present;
    const resolved = await resolveStates(
      { core, events },
      branches.map(({ state }) => state),
      { rules, explain: true },
    );
    const { unconflicted: _unconflicted, ...steps } = resolved?.explanation ?? { unconflicted: undefined };
    const judgement = event && (await judge({ ...this.#parts, present, before: stored }, event));
    return {
      roomId: row.room_id,
      roomVersion: row.version,
      algorithm: rules.stateResolution,
      isOutside: branches.length === 0 && row.state_nid === 0,
      ...(event && { at: { ...shownEvent(event), outcome: outcomeOf(event), ...judgement } }),
      branches: branches.map((branch) => ({
        ...shownEvent(branch.event),
        depth: branch.event.fields.depth,
        size: branch.state.size,
        differing: branch.state.changesSince(stored).length,
      })),
      size: stored.size,
      conflicts: resolved ? await this.#conflicts(resolved, branches, options) : [],
      ...("checks" in steps && { steps }),
      differences: await this.#differences(resolved, stored, branches),
      ...((options.type ?? options.stateKey) !== undefined && { state: await this.#selected(stored, options) }),
      putAside: event ? [] : await readPutAside({ ...this.#parts, present }),
    };
  }

  async #state(stateNid: number): Promise<RoomState> {
    const state = await loadState(this.#parts.reader, stateNid);
    if (!state) throw new ExplainError("INCOMPLETE", `state group ${stateNid} is not there: patrix database check tells more`);
    return state;
  }

  async #eventOfRoom(eventId: string): Promise<StoredEvent> {
    const event = await this.#parts.events.byId(eventId);
    if (!event || event.fields.roomNid !== this.#parts.row.room_nid)
      throw new ExplainError("EVENT_NOT_FOUND", `${eventId} is no event of the room that is stored here`);
    return event;
  }

  async #tips(): Promise<Branch[]> {
    const { events, row } = this.#parts;
    const tips = parseTips(row.tips) ?? [];
    const loaded = await events.load(tips.map(([nid]) => nid));
    const branches: Branch[] = [];
    for (const [nid, stateNid] of tips) {
      const event = loaded.get(nid);
      if (event) branches.push({ event, state: await this.#state(stateNid) });
    }
    return branches;
  }

  /** The events that an event follows, where they are stored with the state after each. */
  async #branchesBefore(event: StoredEvent): Promise<Branch[]> {
    const { core, events } = this.#parts;
    const branches: Branch[] = [];
    for (const before of (await events.loadByIds(event.authEvent.prev_events)).values()) {
      if (!hasState(before)) continue;
      const { stateNid, changes } = await stateAfter(core, before);
      branches.push({ event: before, state: (await this.#state(stateNid)).with(changes) });
    }
    return branches;
  }

  async #conflicts(
    { differing, state, explanation }: NonNullable<Awaited<ReturnType<typeof resolveStates>>>,
    branches: readonly Branch[],
    options: ExplainRoomOptions,
  ): Promise<ExplainedKey[]> {
    const { events } = this.#parts;
    const keys: ExplainedKey[] = [];
    if (!explanation) return keys;
    for (const [skey, { type, stateKey }] of await this.#names(differing)) {
      if (!isWanted({ type, stateKey }, options)) continue;
      const nids = branches.map((branch) => branch.state.get(skey));
      const winner = state.get(type)?.get(stateKey);
      const candidates = explainKey(explanation, [type, stateKey], winner);
      const loaded = await events.loadByIds(candidates.map(({ eventId }) => eventId));
      const held = await events.load(nids.filter((nid) => nid !== undefined));
      const branchesOf = (eventId: string): number[] =>
        nids.flatMap((nid, i) => (nid !== undefined && held.get(nid)?.eventId === eventId ? i : []));
      keys.push({
        type,
        stateKey,
        ...(winner !== undefined && { winner }),
        candidates: candidates.map((candidate) => ({
          ...candidate,
          sentTs: loaded.get(candidate.eventId)?.fields.ts ?? 0,
          branches: branchesOf(candidate.eventId),
        })),
      });
    }
    return keys;
  }

  /** Where the stored state is another one than what comes of the branches now. */
  async #differences(
    resolved: Awaited<ReturnType<typeof resolveStates>>,
    stored: RoomState,
    branches: readonly Branch[],
  ): Promise<string[]> {
    const [first] = branches;
    // What is not stored of the events before cannot be compared.
    if (!first || branches.some(({ event }) => !hasState(event))) return [];
    const changed = stored.changesSince(first.state).map(([skey]) => skey);
    // Where the branches agree, the resolved state is that of any of them.
    const found = new Set(changed.filter((skey) => resolved?.differing.has(skey) !== true));
    for (const [skey, { type, stateKey }] of await this.#names(resolved?.differing ?? [])) {
      const nid = stored.get(skey);
      const eventId = nid === undefined ? undefined : (await this.#parts.events.get(nid))?.eventId;
      if (eventId !== resolved?.state.get(type)?.get(stateKey)) found.add(skey);
    }
    return [...(await this.#names(found)).values()].map(({ type, stateKey }) => `${type} ${stateKey}`);
  }

  /** The state at the keys that are asked for. */
  async #selected(state: RoomState, options: ExplainRoomOptions): Promise<ShownEvent[]> {
    const { core, events } = this.#parts;
    const { type, stateKey } = options;
    const only = type === undefined || stateKey === undefined ? undefined : await findStateKey(core, type, stateKey);
    const keys = only === undefined ? [...state.entries()].map(([skey]) => skey) : [only];
    const shown: ShownEvent[] = [];
    for (let from = 0; from < keys.length; from += READ_AT_ONCE) {
      const names = await this.#names(keys.slice(from, from + READ_AT_ONCE));
      const wanted = [...names].filter(([, name]) => isWanted(name, options)).flatMap(([skey]) => state.get(skey) ?? []);
      for (const event of (await events.load(wanted)).values()) shown.push({ ...shownEvent(event), content: event.content });
    }
    return shown;
  }

  async #names(skeys: Iterable<number>): Promise<Map<number, { readonly type: string; readonly stateKey: string }>> {
    const { stateKeys, eventTypes } = this.#parts.core;
    const wanted = [...skeys];
    await stateKeys.load(wanted);
    const parsed = wanted.map((skey) => [skey, parseStateKey(stateKeys.peekText(skey))] as const);
    await eventTypes.load(parsed.map(([, { typeNid }]) => typeNid));
    return new Map(parsed.map(([skey, { typeNid, stateKey }]) => [skey, { type: eventTypes.peekText(typeNid), stateKey }]));
  }
}

function isWanted(key: { readonly type: string; readonly stateKey: string }, { type, stateKey }: ExplainRoomOptions): boolean {
  return (type === undefined || key.type === type) && (stateKey === undefined || key.stateKey === stateKey);
}

function outcomeOf({ fields: { status } }: StoredEvent): ExplainedEventOutcome["outcome"] {
  if (status === eventStatus.accepted) return "accepted";
  if (status === eventStatus.softFailed) return "soft-failed";
  return status === eventStatus.rejected ? "rejected" : "outlier";
}
