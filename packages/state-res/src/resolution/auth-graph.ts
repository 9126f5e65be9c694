import type { AuthEvent } from "../authorization/auth-event.ts";
import { createIdOf } from "../authorization/create-id.ts";
import { eventIn, type EventSource, type Resolving } from "./event-source.ts";
import { IntList } from "./int-list.ts";

const NOT_EXPANDED = -1;

/**
 * @internal The auth chains of a resolution as a graph of small integers. An event's number is the order in which it was first named.
 * A node has edges once it is expanded: all are where the chains are to be found here, and only those that decide where they are given.
 */
export class AuthGraph {
  readonly #source: EventSource;
  readonly #isCreateInRoomId: boolean;
  readonly #nodes = new Map<string, number>();
  readonly #ids: string[] = [];
  /** The event of each node, once it is at hand. */
  readonly #events: (AuthEvent | undefined)[] = [];
  readonly #edges = new IntList();
  /** Where the edges of each node begin in the list, and where they end. */
  readonly #starts = new IntList();
  readonly #ends = new IntList();
  /** How many nodes have been loaded by a walk, and expanded as it asks for. */
  #walked = 0;
  #lastRoomId: string | undefined;

  constructor(source: EventSource, isCreateInRoomId: boolean) {
    this.#source = source;
    this.#isCreateInRoomId = isCreateInRoomId;
  }

  /** Number of nodes. */
  get size(): number {
    return this.#ids.length;
  }

  /** The node of an event, made if there is none. */
  intern(eventId: string): number {
    const known = this.#nodes.get(eventId);
    if (known !== undefined) return known;
    const node = this.#ids.length;
    // Looked for at once, while the ID and its hash are in the processor's caches.
    const event = this.#source.get(eventId);
    this.#events.push(event);
    // The same text; but the event's own string lies beside the rest of the event, which is read anyway.
    const id = event?.event_id === eventId ? event.event_id : eventId;
    this.#nodes.set(id, node);
    this.#ids.push(id);
    this.#starts.push(NOT_EXPANDED);
    this.#ends.push(NOT_EXPANDED);
    return node;
  }

  /** Loads every node and, through their `auth_events`, the whole of their auth chains. */
  *loadChains(): Resolving<void> {
    for (; this.#walked < this.#ids.length; this.#walked += 1) {
      if (this.#events[this.#walked] === undefined) yield* this.#loadFrom(this.#walked);
      this.#expand(this.#walked);
    }
  }

  /**
   * Loads every node, the first ones with their `auth_events`, and power levels events with all the power levels that they come from: what
   * the order of the first nodes and the checks of them ask for. The rest of the auth chains stays where it is. It goes on where a walk was before.
   *
   * @param count - How many nodes are to be ordered and checked.
   */
  *loadDeciding(count: number): Resolving<void> {
    for (; this.#walked < this.#ids.length; this.#walked += 1) {
      const node = this.#walked;
      if (this.#events[node] === undefined) yield* this.#loadFrom(node);
      const { type, state_key: stateKey } = this.eventOf(node);
      if (node < count || (type === "m.room.power_levels" && stateKey === "")) this.#expand(node);
    }
  }

  idOf(node: number): string {
    return this.#ids[node] ?? "";
  }

  /** The event of a loaded node. */
  eventOf(node: number): AuthEvent {
    return this.#events[node] ?? eventIn(this.#source, this.idOf(node));
  }

  /** The node of an event that was named before. */
  nodeOf(eventId: string): number | undefined {
    return this.#nodes.get(eventId);
  }

  /** Index of the first edge of an expanded node. */
  firstEdge(node: number): number {
    return this.#starts.at(node);
  }

  /** Index after the last edge of a node; that of the first where it has none or is not expanded. */
  endOfEdges(node: number): number {
    return this.#ends.at(node);
  }

  /** The node that an edge leads to. */
  edge(index: number): number {
    return this.#edges.at(index);
  }

  /** The `m.room.create` of an event's room where the room ID names it. */
  createOf(event: AuthEvent): AuthEvent | undefined {
    if (!this.#isCreateInRoomId || event.room_id === undefined) return undefined;
    return this.#source.get(createIdOf(event.room_id));
  }

  *#loadFrom(node: number): Resolving<void> {
    const id = this.idOf(node);
    if (!this.#source.has(id)) yield this.#missingFrom(node);
    this.#events[node] = eventIn(this.#source, id);
  }

  #expand(node: number): void {
    const event = this.eventOf(node);
    this.#starts.set(node, this.#edges.length);
    for (const id of event.auth_events) this.#edges.push(this.intern(id));
    this.#ends.set(node, this.#edges.length);
    if (this.#isCreateInRoomId && event.room_id !== undefined && event.room_id !== this.#lastRoomId) {
      this.#lastRoomId = event.room_id;
      this.intern(createIdOf(event.room_id));
    }
  }

  #missingFrom(node: number): string[] {
    const missing: string[] = [];
    for (let later = node; later < this.#ids.length; later += 1) {
      const id = this.idOf(later);
      if (!this.#source.has(id)) missing.push(id);
    }
    return missing;
  }
}
