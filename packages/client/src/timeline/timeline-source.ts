import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { EventId } from "@patrix/identifiers";
import type { TimelineBatch } from "../base/sync-changes.ts";
import { EventWindow } from "./event-window.ts";
import type { KnownTimeline } from "./timeline-feed.ts";

/** A page of events in the direction of asking. */
export interface SourcePage {
  readonly events: readonly ClientEventWithoutRoomId[];
  /** Token of the next page; `undefined` if there is none. */
  readonly next: string | undefined;
}

/** Asks for a page: older events by `b`, newer ones by `f`; from the end that `dir` leads away from, if there is no token. */
export type RequestPage = (dir: "b" | "f", from: string | undefined, limit: number) => Promise<SourcePage>;

/** Where the events of a source begin or end. */
interface Edge {
  token: string | undefined;
  isReached: boolean;
}

/** What a {@link TimelineSource} works with. */
export interface SourceParts {
  readonly request: RequestPage;
  /** Whether an event that sync tells of is one of those that the source has, beside the ones before it. */
  readonly belongs: (event: ClientEventWithoutRoomId, window: EventWindow) => boolean;
  /** Whether an event counts where a number of events is asked for. */
  readonly counts: (event: ClientEventWithoutRoomId) => boolean;
  /** Whether the tokens of sync are good for its pages; others begin at the newest event. */
  readonly hasSyncTokens: boolean;
  /** What comes before everything else, once the beginning is reached. */
  readonly first?: (() => Promise<ClientEventWithoutRoomId | undefined>) | undefined;
  /** A page was fetched that lies before all that was known, oldest event first. */
  readonly onOlderPage?: ((from: string, page: SourcePage) => void) | undefined;
}

/** Events of one request. */
const [minPage, maxPage] = [20, 100];
/** Pages without anything new after which asking is given up until it is asked for again. */
const maxEmptyPages = 10;

/** The events that a timeline shows: a window on the history, which grows at both ends. */
export class TimelineSource {
  readonly window: EventWindow = new EventWindow();
  /** Events that say something of others and have no place in the window yet. */
  readonly loose: Map<EventId, ClientEventWithoutRoomId> = new Map();
  readonly #parts: SourceParts;
  #start: Edge = { token: undefined, isReached: false };
  #end: Edge = { token: undefined, isReached: true };
  /** Grows when everything is forgotten: a page that was asked for before is of no use. */
  #generation = 0;

  constructor(parts: SourceParts) {
    this.#parts = parts;
  }

  /** Whether there is nothing before. */
  get atStart(): boolean {
    return this.#start.isReached || isCreation(this.window.events[0]);
  }

  /** Whether there is nothing after. */
  get atEnd(): boolean {
    return this.#end.isReached;
  }

  /** Begins with what is known of a room. */
  begin({ cached, pending }: KnownTimeline): readonly ClientEventWithoutRoomId[] {
    this.#start = { token: cached.before, isReached: cached.isStart };
    const added = [...this.window.prepend(cached.events)];
    for (const batch of pending) added.push(...this.add(batch).added);
    return added;
  }

  /** Begins in the past. */
  beginAt(
    events: readonly ClientEventWithoutRoomId[],
    { start, end }: { start?: string | undefined; end?: string | undefined } = {},
  ): void {
    this.clear();
    this.window.append(events);
    this.#start = { token: start, isReached: start === undefined };
    this.#end = { token: end, isReached: end === undefined };
  }

  /** Adds what a sync brought; tells whether anything is missing now that was there before. */
  add({ gap, events, isReset, before, beforeEvents }: TimelineBatch): {
    readonly added: readonly ClientEventWithoutRoomId[];
    readonly isReset: boolean;
  } {
    const all = [...gap, ...events];
    if (!this.atEnd) {
      for (const event of all) if (!this.#parts.counts(event) && !this.window.has(event.event_id)) this.loose.set(event.event_id, event);
      return { added: [], isReset: false };
    }
    // A sync that is repeated brings what is here already.
    if (isReset && !this.#continues(gap, events)) {
      if (this.#end.token !== undefined) {
        // It was opened in the past: what is missing is fetched from there.
        this.#end = { ...this.#end, isReached: false };
        return { added: [], isReset: true };
      }
      this.clear();
      this.#start = { token: this.#parts.hasSyncTokens ? before : undefined, isReached: false };
    } else if (this.#parts.hasSyncTokens && this.window.events.length === 0 && !this.#start.isReached && this.#start.token === undefined) {
      // Of what lies before the gap there is no token.
      this.#start = { token: beforeEvents, isReached: false };
      return { added: this.append(events), isReset: false };
    }
    return { added: this.append(all), isReset };
  }

  /** Adds newer events, of which some may be others' business; gives those that were not there. */
  append(events: readonly ClientEventWithoutRoomId[]): readonly ClientEventWithoutRoomId[] {
    // One by one: what an event relates to may have come with it.
    return events.flatMap((event) => (this.#parts.belongs(event, this.window) ? this.window.append([event]) : []));
  }

  /** Puts another state of an event in its place. */
  replace(event: ClientEventWithoutRoomId): boolean {
    if (!this.loose.has(event.event_id)) return this.window.replace(event);
    this.loose.set(event.event_id, event);
    return true;
  }

  /** Forgets everything. */
  clear(): void {
    this.#generation += 1;
    this.window.clear();
    this.loose.clear();
    this.#start = { token: undefined, isReached: false };
    this.#end = { token: undefined, isReached: true };
  }

  /** Fetches older events until there are so many more; gives them. */
  async back(count: number): Promise<readonly ClientEventWithoutRoomId[]> {
    return this.#fetch("b", count);
  }

  /** Fetches newer events until there are so many more; gives them. */
  async forward(count: number): Promise<readonly ClientEventWithoutRoomId[]> {
    return this.#fetch("f", count);
  }

  async #fetch(dir: "b" | "f", count: number): Promise<readonly ClientEventWithoutRoomId[]> {
    const found: ClientEventWithoutRoomId[] = [];
    let [counted, empty] = [0, 0];
    while (counted < count && empty < maxEmptyPages && !(dir === "b" ? this.atStart : this.atEnd)) {
      const edge = dir === "b" ? this.#start : this.#end;
      const { token } = edge;
      const generation = this.#generation;
      const page = await this.#parts.request(dir, token, Math.min(maxPage, Math.max(minPage, count - counted)));
      const first = page.next === undefined && dir === "b" ? await this.#parts.first?.() : undefined;
      if (generation !== this.#generation) break;
      const events = first ? [...page.events, first] : page.events;
      const added = dir === "b" ? this.window.prepend(events.toReversed()) : this.window.append(events);
      for (const { event_id } of added) this.loose.delete(event_id);
      if (dir === "b" && token !== undefined) this.#parts.onOlderPage?.(token, { ...page, events: page.events.toReversed() });
      // The last token of newer events is kept: from there they go on if any are missed.
      edge.token = page.next ?? (dir === "f" ? token : undefined);
      edge.isReached = page.next === undefined;
      found.push(...added);
      counted += added.filter(this.#parts.counts).length;
      empty = added.length === 0 ? empty + 1 : 0;
    }
    return found;
  }

  #continues(gap: readonly ClientEventWithoutRoomId[], events: readonly ClientEventWithoutRoomId[]): boolean {
    return [...gap, ...events].some(({ event_id }) => this.window.has(event_id));
  }
}

function isCreation(event: ClientEventWithoutRoomId | undefined): boolean {
  return event?.type === "m.room.create" && event.state_key === "";
}
