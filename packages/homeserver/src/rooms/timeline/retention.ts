import { isJsonObject, type JsonObject } from "@patrix/api";
import type { Core } from "../../log/core.ts";
import type { LoadedRoom } from "../room.ts";
import type { RoomState } from "../state/room-state.ts";
import { findStateKey } from "../state/state-key.ts";
import type { EventCache } from "./event-cache.ts";
import type { StoredEvent } from "./stored-event.ts";

/** How long the server keeps messages. Times are milliseconds. */
export interface RetentionPolicy {
  /** For rooms that say nothing; for ever if left out. */
  readonly defaultMs?: number | undefined;
  /** Between which times the policies of rooms are kept to. */
  readonly leastMs: number;
  readonly mostMs: number;
}

/**
 * How long messages of rooms are kept, as their `m.room.retention` and the server say. What is over age is shown to nobody, before it is
 * purged. State is kept, whatever its age.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/1763}
 */
export class Retention {
  readonly #core: Core;
  readonly #events: EventCache;
  readonly #policy: RetentionPolicy | undefined;
  readonly #lifetimes = new WeakMap<RoomState, number>();

  constructor(core: Core, events: EventCache, policy: RetentionPolicy | undefined) {
    this.#core = core;
    this.#events = events;
    this.#policy = policy;
  }

  /** Whether anything is ever over age. */
  get isOn(): boolean {
    return this.#policy !== undefined;
  }

  /** How long messages of a room are kept, in milliseconds; infinite where they are for ever. */
  async lifetime({ view: { state } }: LoadedRoom): Promise<number> {
    if (!this.#policy) return Number.POSITIVE_INFINITY;
    const known = this.#lifetimes.get(state);
    if (known !== undefined) return known;
    const skey = await findStateKey(this.#core, "m.room.retention", "");
    const nid = skey === undefined ? undefined : state.get(skey);
    const event = nid === undefined ? undefined : await this.#events.get(nid);
    const lifetime = lifetimeBy(this.#policy, event?.content);
    this.#lifetimes.set(state, lifetime);
    return lifetime;
  }

  /** Before which time what was sent in a room is over age, in milliseconds; at no time where messages are kept for ever. */
  async cutoff(room: LoadedRoom): Promise<number> {
    return this.#core.clock.now() - (await this.lifetime(room));
  }

  /** As {@link Retention.cutoff}, without a look at the store: the end of time where it is not known. */
  peekCutoff({ view: { state } }: LoadedRoom): number {
    if (!this.#policy) return Number.NEGATIVE_INFINITY;
    const lifetime = this.#lifetimes.get(state);
    return lifetime === undefined ? Number.POSITIVE_INFINITY : this.#core.clock.now() - lifetime;
  }

  /** Those of some events of a room that are not over age, in order. */
  async young(room: LoadedRoom, events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    if (!this.#policy) return events;
    const cutoff = await this.cutoff(room);
    return events.filter((event) => !isOverAge(event, cutoff));
  }
}

/** Whether an event was sent before a time, and is no state. */
export function isOverAge({ fields }: StoredEvent, cutoff: number): boolean {
  return fields.ts < cutoff && fields.stateKey === undefined;
}

/**
 * What a room says is kept to within the bounds of the server; what has no meaning counts as not said. For as long as the room wants its
 * messages kept at least, they are, whoever says how long that is at most.
 */
function lifetimeBy({ defaultMs, leastMs, mostMs }: RetentionPolicy, content: JsonObject | undefined): number {
  const most = saidLifetime(content, "max_lifetime") ?? defaultMs;
  if (most === undefined) return Number.POSITIVE_INFINITY;
  const wanted = Math.max(most, saidLifetime(content, "min_lifetime") ?? 0);
  return Math.min(Math.max(wanted, leastMs), mostMs);
}

function saidLifetime(content: JsonObject | undefined, key: "max_lifetime" | "min_lifetime"): number | undefined {
  const said = isJsonObject(content) ? content[key] : undefined;
  return typeof said === "number" && Number.isSafeInteger(said) && said > 0 ? said : undefined;
}
