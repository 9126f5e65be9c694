import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthSignatureChecks } from "../authorization/auth-check.ts";
import type { AuthEvent } from "../authorization/auth-event.ts";
import type { Explanation } from "../explain/explanation.ts";
import { StateResError } from "../errors.ts";
import { Recorder } from "../explain/recorder.ts";
import { type EventSource, notFound, type Resolving } from "./event-source.ts";
import { resolveV1 } from "./resolve-v1.ts";
import { resolveV2 } from "./resolve-v2.ts";
import type { StateMap } from "./state-map.ts";

/** Where a resolution gets its events. */
export interface EventStore {
  /**
   * Finds events by ID, all of a request at once. Those that the store does not have are left out.
   *
   * A resolution walks auth chains a generation at a time. A store that adds more of the chain than it was asked for saves it later requests.
   */
  fetchEvents(eventIds: readonly string[]): Promise<ReadonlyMap<string, AuthEvent>>;
}

/** Options of both ways to resolve. */
export interface ResolveOptions {
  /** Rules of the room's version. */
  readonly rules: RoomVersionRules;
  /** Whether to record every step; default `false`. */
  readonly explain?: boolean | undefined;
  /** Checks of signatures that some authorization rules ask for. */
  readonly signatures?: AuthSignatureChecks | undefined;
  /**
   * The auth chain of each state, in the order of the states, for callers who have them: the events of the chains are then not walked, and a
   * circle of `auth_events` outside of the conflicted events goes unnoticed. Room version 1 reads no auth chains. From room version 12 on it
   * takes {@link ResolveOptions.conflictedSubgraph} as well; without that, the chains are walked.
   */
  readonly authChains?: readonly ReadonlySet<string>[] | undefined;
  /**
   * The conflicted state subgraph: the events on a path by `auth_events` between any two events of the conflicted state set.
   *
   * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#definitions}
   */
  readonly conflictedSubgraph?: ReadonlySet<string> | undefined;
}

/** A resolved state. */
export interface Resolution {
  readonly state: StateMap;
  /** Present if asked for. */
  readonly explanation?: Explanation | undefined;
}

/**
 * Resolves the states of a room's forks to one, by the algorithm of the room's version. Conflicted state, auth chains, auth difference and
 * conflicted state subgraph are worked out inside. The order of the states does not matter.
 *
 * @throws {@link StateResError} `EVENT_NOT_FOUND` if the store lacks an event of an auth chain; `AUTH_EVENTS_CYCLE`; `STATE_KEY_MISMATCH`.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#state-resolution}
 * @example
 * const { state } = await resolveState([ours, theirs], { rules, store });
 * state.get("m.room.topic")?.get("");
 */
export async function resolveState(
  stateMaps: readonly StateMap[],
  options: ResolveOptions & { readonly store: EventStore },
): Promise<Resolution> {
  const events = new Map<string, AuthEvent>();
  const resolving = resolve(stateMaps, options, events);
  let step = resolving.next();
  while (step.done !== true) {
    for (const [id, event] of await options.store.fetchEvents(step.value)) events.set(id, event);
    const missing = step.value.filter((id) => !events.has(id));
    if (missing.length > 0) throw notFound(missing);
    step = resolving.next();
  }
  return step.value;
}

/**
 * As {@link resolveState}, with all events in memory.
 *
 * @throws {@link StateResError} as {@link resolveState} does.
 */
export function resolveStateSync(
  stateMaps: readonly StateMap[],
  options: ResolveOptions & { readonly events: ReadonlyMap<string, AuthEvent> },
): Resolution {
  const step = resolve(stateMaps, options, options.events).next();
  if (step.done !== true) throw notFound(step.value);
  return step.value;
}

function* resolve(stateMaps: readonly StateMap[], options: ResolveOptions, source: EventSource): Resolving<Resolution> {
  const { rules, signatures = {}, authChains, conflictedSubgraph } = options;
  if (authChains && authChains.length !== stateMaps.length)
    throw new StateResError("CHAINS_MISMATCH", `there are ${stateMaps.length} states and ${authChains.length} auth chains`, []);
  const known = authChains && { authChains, conflictedSubgraph };
  const recorder = options.explain === true ? new Recorder() : undefined;
  const input = { stateMaps, rules, source, signatures, recorder, known };
  const state = yield* rules.stateResolution === "v1" ? resolveV1(input) : resolveV2(input);
  return recorder === undefined ? { state } : { state, explanation: recorder.finish(rules) };
}
