import type { RoomVersionRules } from "@patrix/room-versions";
import { buildPdu, type JsonObject, referenceHash, type SigningKey, signEvent, toEventReference } from "@patrix/signatures";
import type { AuthEvent } from "../authorization/auth-event.ts";
import type { AuthOutcome } from "../authorization/auth-outcome.ts";
import { checkStateDependentAuth, checkStateIndependentAuth } from "../authorization/check-auth.ts";
import { domainOf } from "../authorization/raw-content.ts";
import { selectAuthEvents } from "../authorization/select-auth-events.ts";
import { resolveStateSync } from "../resolution/resolve-state.ts";
import { type StateMap, stateEntries } from "../resolution/state-map.ts";

/** What an event says, before it has a place in a room. */
export interface EventDraft {
  readonly type: string;
  readonly sender: string;
  readonly state_key?: string | undefined;
  readonly content: JsonObject;
  readonly redacts?: string | undefined;
  /** Default: one millisecond after the event made before. */
  readonly origin_server_ts?: number | undefined;
}

/** One end of a room's graph: the events that the next one follows, and the state there. */
export interface Branch {
  heads: readonly string[];
  readonly state: Map<string, Map<string, string>>;
}

/** Signs events in the name of servers. */
export type ServerKeys = (serverName: string) => SigningKey;

const FIRST_TS = 1_700_000_000_000;

/**
 * A room under construction, of any version. Without keys its events have readable IDs and neither hashes nor signatures; with keys they are
 * real PDUs, hashed, named and signed, as {@link TestRoom.pdus} has them.
 */
export class TestRoom {
  readonly rules: RoomVersionRules;
  readonly events: Map<string, AuthEvent> = new Map();
  /** The events in federation format, by event ID; empty without keys. */
  readonly pdus: Map<string, JsonObject> = new Map();
  readonly #keys: ServerKeys | undefined;
  #lastTs: number = FIRST_TS;
  #roomId: string | undefined;

  constructor(rules: RoomVersionRules, keys?: ServerKeys) {
    this.rules = rules;
    this.#keys = keys;
  }

  /** The room ID; known from the first event on. */
  get roomId(): string {
    return this.#roomId ?? "";
  }

  /** An end with nothing before it. */
  start(): Branch {
    return { heads: [], state: new Map() };
  }

  /** A second end at the same place. */
  fork(branch: Branch): Branch {
    return { heads: branch.heads, state: new Map(Array.from(branch.state, ([type, inner]) => [type, new Map(inner)])) };
  }

  /** An end that follows several, with their resolved state. */
  merge(branches: readonly Branch[]): Branch {
    const state = new Map<string, Map<string, string>>();
    const resolved = this.resolve(branches);
    for (const [type, inner] of resolved) state.set(type, new Map(inner));
    return { heads: [...new Set(branches.flatMap(({ heads }) => heads))], state };
  }

  /** The resolved state of several ends. */
  resolve(branches: readonly Branch[]): StateMap {
    return resolveStateSync(
      branches.map(({ state }) => state),
      { rules: this.rules, events: this.events },
    ).state;
  }

  /** Puts an event at an end if the authorization rules allow it there, and says what they say. */
  trySend(branch: Branch, draft: EventDraft): { readonly event: AuthEvent; readonly outcome: AuthOutcome } {
    const event = this.build(branch, draft);
    const outcome = this.#authorize(branch, event);
    if (outcome.outcome === "allowed") this.#append(branch, event);
    return { event, outcome };
  }

  /** Puts an event at an end. @throws Error if the authorization rules reject it. */
  send(branch: Branch, draft: EventDraft): AuthEvent {
    const { event, outcome } = this.trySend(branch, draft);
    if (outcome.outcome === "rejected") throw new Error(`${draft.type} by ${draft.sender} is rejected: ${outcome.rule} ${outcome.reason}`);
    return event;
  }

  /** Puts an event at an end without asking the rules, for graphs too large to check. */
  sendUnchecked(branch: Branch, draft: EventDraft): AuthEvent {
    const event = this.build(branch, draft);
    this.#append(branch, event);
    return event;
  }

  /** Makes an event that follows an end, without putting it there. */
  build(branch: Branch, draft: EventDraft): AuthEvent {
    const depth = 1 + Math.max(0, ...branch.heads.map((id) => this.events.get(id)?.depth ?? 0));
    const authEvents = selectAuthEvents(draft, this.rules).flatMap(([type, key]) => branch.state.get(type)?.get(key) ?? []);
    this.#lastTs = draft.origin_server_ts ?? this.#lastTs + 1;
    const placed = { ...draft, origin_server_ts: this.#lastTs, depth, prev_events: branch.heads, auth_events: authEvents };
    const isNamedByCreate = this.rules.authorization.roomCreateEventIdAsRoomId;
    if (draft.type !== "m.room.create") return this.#name({ ...placed, room_id: this.roomId });
    if (!isNamedByCreate) this.#roomId = `!room:${domainOf(draft.sender) ?? ""}`;
    const create = this.#name(isNamedByCreate ? placed : { ...placed, room_id: this.roomId });
    if (isNamedByCreate) this.#roomId = `!${create.event_id.slice(1)}`;
    return create;
  }

  /** The state at an end as event IDs, as the fixtures write it. */
  listState({ state }: Branch): string[] {
    return Array.from(stateEntries(state), ({ eventId }) => eventId);
  }

  #authorize({ state }: Branch, event: AuthEvent): AuthOutcome {
    const fetch = (id: string): AuthEvent | undefined => this.events.get(id);
    const outcome = checkStateIndependentAuth(event, this.rules, fetch);
    if (outcome.outcome === "rejected") return outcome;
    return checkStateDependentAuth(event, this.rules, (type, key) => this.events.get(state.get(type)?.get(key) ?? ""));
  }

  #append(branch: Branch, event: AuthEvent): void {
    this.events.set(event.event_id, event);
    branch.heads = [event.event_id];
    if (event.state_key === undefined) return;
    const inner = branch.state.get(event.type);
    if (inner === undefined) branch.state.set(event.type, new Map([[event.state_key, event.event_id]]));
    else inner.set(event.state_key, event.event_id);
  }

  #name(placed: Omit<AuthEvent, "event_id"> & { readonly depth: number }): AuthEvent {
    const readable = `$${this.events.size}-${placed.type.replaceAll(/[^a-z]+/g, "-")}`;
    if (this.#keys === undefined) return { ...placed, event_id: readable };
    const server = domainOf(placed.sender) ?? "";
    const opaque = this.rules.eventIdFormat === "opaque" ? `${readable}:${server}` : undefined;
    const position = {
      prevEvents: this.#references(placed.prev_events),
      authEvents: this.#references(placed.auth_events),
      depth: placed.depth,
    };
    const { eventId, pdu } = buildPdu({ ...placed, event_id: opaque }, position, this.rules, { server, key: this.#keys(server) });
    this.pdus.set(eventId, this.#countersigned(pdu));
    return { ...placed, event_id: eventId };
  }

  /** A restricted join also carries the signature of the server that lets the user in. */
  #countersigned(pdu: JsonObject): JsonObject {
    const content = pdu["content"];
    const user =
      typeof content === "object" && content !== null && "join_authorised_via_users_server" in content
        ? content.join_authorised_via_users_server
        : "";
    const server = typeof user === "string" ? domainOf(user) : undefined;
    return server === undefined || this.#keys === undefined ? pdu : signEvent(pdu, server, this.#keys(server), this.rules);
  }

  #references(eventIds: readonly string[]): ReturnType<typeof toEventReference>[] {
    return eventIds.map((id) => toEventReference(id, this.#referenceHash(id), this.rules));
  }

  #referenceHash(eventId: string): string {
    const pdu = this.rules.eventsReferenceFormat === "id" ? undefined : this.pdus.get(eventId);
    return pdu === undefined ? "" : referenceHash(pdu, this.rules);
  }
}
