import { compareCodePoints } from "@patrix/canonical-json";
import { PowerLevels, type RoomVersionRules } from "@patrix/room-versions";
import type { AuthEvent } from "../authorization/auth-event.ts";
import { checkStateDependentAuth } from "../authorization/check-auth.ts";
import { member } from "../authorization/raw-content.ts";
import type { StateMap } from "../resolution/state-map.ts";

type Events = ReadonlyMap<string, AuthEvent>;

/**
 * Resolves states as the specification words it, with sets of event IDs and no thought of speed: the yardstick for the real thing in tests.
 * Only for the algorithms of room versions 2 to 12, and for rooms that are whole.
 *
 * @returns the resolved state as event IDs by `type|state key`.
 */
export function naiveResolve(stateMaps: readonly StateMap[], rules: RoomVersionRules, events: Events): Map<string, string> {
  const states = stateMaps.map((state) => flatten(state));
  const keys = new Set(states.flatMap((state) => [...state.keys()]));
  const unconflicted = new Map<string, string>();
  const conflicted = new Set<string>();
  for (const key of keys) {
    const ids = new Set(states.map((state) => state.get(key)));
    const [only] = ids;
    if (ids.size === 1 && only !== undefined) unconflicted.set(key, only);
    else for (const id of ids) if (id !== undefined) conflicted.add(id);
  }
  if (conflicted.size === 0) return unconflicted;
  const isNew = rules.stateResolution === "v2.1";
  const full = new Set([...conflicted, ...authDifference(states, events), ...(isNew ? subgraph(conflicted, events) : [])]);
  const room = new NaiveRoom(rules, events, isNew ? new Map() : new Map(unconflicted));
  const powerEvents = new Set([...full].filter((id) => isPowerEvent(eventOf(events, id))));
  for (const id of powerEvents) for (const auth of eventOf(events, id).auth_events) if (full.has(auth)) powerEvents.add(auth);
  for (const id of room.sortByPower(powerEvents)) room.apply(id);
  for (const id of room.sortByMainline([...full].filter((other) => !powerEvents.has(other)))) room.apply(id);
  return new Map([...room.state, ...unconflicted]);
}

/** Rewrites a state as event IDs by `type|state key`. */
export function flatten(state: StateMap): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [type, inner] of state) for (const [stateKey, id] of inner) flat.set(`${type}|${stateKey}`, id);
  return flat;
}

function eventOf(events: Events, id: string): AuthEvent {
  const event = events.get(id);
  if (event === undefined) throw new RangeError(`no event ${id}`);
  return event;
}

/** The events and their auth chains. A set that grows while it is walked yields what it gains. */
function chainOf(ids: Iterable<string>, events: Events): Set<string> {
  const chain = new Set(ids);
  for (const id of chain) for (const auth of eventOf(events, id).auth_events) chain.add(auth);
  return chain;
}

function authDifference(states: readonly ReadonlyMap<string, string>[], events: Events): string[] {
  const chains = states.map((state) => chainOf(state.values(), events));
  return [...new Set(chains.flatMap((chain) => [...chain]))].filter((id) => !chains.every((chain) => chain.has(id)));
}

/** What a conflicted event can reach and what can reach one. */
function subgraph(conflicted: ReadonlySet<string>, events: Events): string[] {
  return [...chainOf(conflicted, events)].filter((id) => [...chainOf([id], events)].some((ancestor) => conflicted.has(ancestor)));
}

function isPowerEvent({ type, state_key: key, sender, content }: AuthEvent): boolean {
  if (["m.room.power_levels", "m.room.join_rules", "m.room.create"].includes(type)) return key === "";
  return type === "m.room.member" && key !== sender && ["leave", "ban"].includes(String(member(content, "membership")));
}

class NaiveRoom {
  readonly rules: RoomVersionRules;
  readonly events: Events;
  readonly state: Map<string, string>;

  constructor(rules: RoomVersionRules, events: Events, state: Map<string, string>) {
    this.rules = rules;
    this.events = events;
    this.state = state;
  }

  apply(id: string): void {
    const event = eventOf(this.events, id);
    const fetch = (type: string, key: string): AuthEvent | undefined => {
      const held = this.state.get(`${type}|${key}`);
      const found = held === undefined ? this.#authEvent(event, type, key) : this.events.get(held);
      return held === undefined && found?.rejected === true ? undefined : found;
    };
    const { outcome } = checkStateDependentAuth(event, this.rules, fetch);
    if (outcome === "allowed") this.state.set(`${event.type}|${event.state_key}`, id);
  }

  sortByPower(ids: ReadonlySet<string>): string[] {
    const levels = new Map([...ids].map((id) => [id, this.#senderLevel(eventOf(this.events, id))]));
    const sorted: string[] = [];
    const left = new Set(ids);
    while (left.size > 0) {
      const ready = [...left].filter((id) => !eventOf(this.events, id).auth_events.some((auth) => left.has(auth)));
      const [first] = ready.toSorted((a, b) => compare(levels.get(b), levels.get(a)) || this.#compareTimes(a, b));
      if (first === undefined) throw new RangeError("auth_events lead in a circle");
      left.delete(first);
      sorted.push(first);
    }
    return sorted;
  }

  sortByMainline(ids: readonly string[]): string[] {
    const mainline = this.#powerLevelsAbove(this.events.get(this.state.get("m.room.power_levels|") ?? ""));
    const positions = new Map(
      ids.map((id) => {
        const ancestors = this.#powerLevelsAbove(this.#authEvent(eventOf(this.events, id), "m.room.power_levels", ""));
        const met = ancestors.find((ancestor) => mainline.includes(ancestor));
        return [id, met === undefined ? Number.POSITIVE_INFINITY : mainline.indexOf(met)];
      }),
    );
    return ids.toSorted((a, b) => compare(positions.get(b), positions.get(a)) || this.#compareTimes(a, b));
  }

  #powerLevelsAbove(powerLevels: AuthEvent | undefined): string[] {
    const ids: string[] = [];
    for (let event = powerLevels; event !== undefined; event = this.#authEvent(event, "m.room.power_levels", "")) ids.push(event.event_id);
    return ids;
  }

  #senderLevel(event: AuthEvent): number {
    const create = this.#authEvent(event, "m.room.create", "");
    return new PowerLevels(this.#authEvent(event, "m.room.power_levels", ""), create, this.rules).userLevel(event.sender);
  }

  #authEvent(event: AuthEvent, type: string, key: string): AuthEvent | undefined {
    const candidates = [...event.auth_events, `$${event.room_id?.slice(1)}`].map((id) => this.events.get(id));
    return candidates.find((candidate) => candidate?.type === type && candidate.state_key === key);
  }

  #compareTimes(a: string, b: string): number {
    return compare(eventOf(this.events, a).origin_server_ts, eventOf(this.events, b).origin_server_ts) || compareCodePoints(a, b);
  }
}

function compare(a: number | undefined, b: number | undefined): number {
  if (a === b || a === undefined || b === undefined) return 0;
  return a < b ? -1 : 1;
}
