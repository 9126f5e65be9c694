import type { AuthEvent } from "../authorization/auth-event.ts";
import { createIdOf } from "../authorization/create-id.ts";
import { eventIn, type EventSource, type Resolving } from "./event-source.ts";
import { IntList } from "./int-list.ts";

/**
 * @internal The auth chains of a resolution as a graph of small integers. An event's number is the order in which it was first named;
 * events load in that order, so the edges of each follow those of the one before in a single list.
 */
export class AuthGraph {
  readonly #source: EventSource;
  readonly #isCreateInRoomId: boolean;
  readonly #nodes = new Map<string, number>();
  readonly #ids: string[] = [];
  /** The event of each node, once it is at hand. */
  readonly #events: (AuthEvent | undefined)[] = [];
  readonly #edges = new IntList();
  /** Where the edges of each node begin; one more entry than nodes. */
  readonly #starts = new IntList();
  #lastRoomId: string | undefined;

  constructor(source: EventSource, isCreateInRoomId: boolean) {
    this.#source = source;
    this.#isCreateInRoomId = isCreateInRoomId;
    this.#starts.push(0);
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
    return node;
  }

  /** Loads every node and, through their `auth_events`, the whole of their auth chains. */
  *load(): Resolving<void> {
    for (let node = this.#starts.length - 1; node < this.#ids.length; node += 1) {
      const id = this.idOf(node);
      if (this.#events[node] === undefined) {
        if (!this.#source.has(id)) yield this.#missingFrom(node);
        this.#events[node] = eventIn(this.#source, id);
      }
      this.#addEdges(this.eventOf(node));
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

  /** Index of the first edge of a node; its edges end where those of the next node begin. */
  firstEdge(node: number): number {
    return this.#starts.at(node);
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

  #addEdges(event: AuthEvent): void {
    for (const id of event.auth_events) this.#edges.push(this.intern(id));
    this.#starts.push(this.#edges.length);
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
