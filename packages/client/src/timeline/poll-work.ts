import { getRelatingEventsWithRelType } from "@patrix/client-api";
import { type ClientEventWithoutRoomId, getRelation } from "@patrix/events";
import { countVotes, type PollResults } from "@patrix/events/unstable";
import type { EventId } from "@patrix/identifiers";
import { redactsOf, type RoomVersionRules } from "@patrix/room-versions";
import { roomRules } from "../base/room-rules.ts";
import { ClientError } from "../errors.ts";
import type { LiveValue } from "../live/live.ts";
import { subscription } from "../live/subscription.ts";
import type { Room } from "../rooms/room.ts";
import { fetchEvent, type PageParts, revealAll } from "./page-requests.ts";
import { presentEvent, relateEvents } from "./relate-events.ts";
import type { TimelineParts } from "./timeline-parts.ts";

const pageSize = 100;
/** Of a poll with more votes than are on so many pages the newest count. */
const maxPages = 200;

/** What {@link openPoll} works with. */
export interface PollParts {
  readonly id: EventId;
  readonly room: Room;
  /** What it keeps up to date. */
  readonly results: LiveValue<PollResults | undefined>;
  readonly signal: AbortSignal;
  readonly parts: Pick<TimelineParts, "context" | "watch">;
}

/** Counts the votes of a poll from now on, until its signal ends that. @returns How it stands once all votes were fetched. */
export async function openPoll(parts: PollParts): Promise<PollResults> {
  const votes = new PollVotes(parts);
  const end = parts.parts.watch({
    onBatch: ({ gap, events }) => votes.hear([...gap, ...events]),
    onReplaced: (event) => votes.hear([event]),
    // What is not known any more is fetched again.
    onForgotten: () => void votes.fetch().catch(() => {}),
  });
  subscription(end, parts.signal);
  await votes.fetch();
  const results = parts.results.value;
  if (!results) throw new ClientError("NOT_FOUND", `${parts.id} is no poll`);
  return results;
}

/** The events that are about a poll. */
class PollVotes {
  readonly #parts: PollParts;
  /** What refers to the poll, and redactions of the room, which may be of what is still to come. */
  readonly #events = new Map<EventId, ClientEventWithoutRoomId>();
  #start: ClientEventWithoutRoomId | undefined;
  #isComplete = false;

  constructor(parts: PollParts) {
    this.#parts = parts;
  }

  /** Fetches the poll, and all that is about it. */
  async fetch(): Promise<void> {
    const { id, room, parts, signal } = this.#parts;
    const pages: PageParts = { roomId: room.id, context: parts.context, signal, learn: () => {} };
    this.#start = await fetchEvent(pages, id);
    const path = { roomId: room.id, eventId: id, relType: "m.reference" };
    let from: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const query = { from, limit: pageSize };
      const answer = await parts.context.http.send(getRelatingEventsWithRelType, { path, query }, { signal });
      for (const event of await revealAll(pages, answer.chunk)) this.#events.set(event.event_id, event);
      from = answer.next_batch;
      if (from === undefined) break;
    }
    this.#isComplete = true;
    this.#count();
  }

  /** Takes in what came in the room. */
  hear(events: readonly ClientEventWithoutRoomId[]): void {
    const concerning = events.filter((event) => this.#concerns(event));
    for (const event of concerning) this.#events.set(event.event_id, event);
    if (concerning.length > 0) this.#count();
  }

  #concerns(event: ClientEventWithoutRoomId): boolean {
    if (redactsOf(event, this.#rules) !== undefined) return true;
    const relation = event.state_key === undefined ? getRelation(event.content) : undefined;
    return (relation?.kind === "reference" || relation?.kind === "replacement") && relation.eventId === this.#parts.id;
  }

  #count(): void {
    const { room, results } = this.#parts;
    if (!this.#isComplete || !this.#start) return;
    const events = [...this.#events.values()];
    const related = relateEvents(events, this.#rules);
    const { event: poll } = presentEvent(this.#start, related, this.#rules);
    const standing = events.filter(({ event_id: id }) => !related.redactions.has(id));
    results.set(countVotes(poll, standing, (userId) => room.can("redact", userId)));
  }

  get #rules(): RoomVersionRules {
    const { room, parts } = this.#parts;
    return roomRules(parts.context.base().rooms.get(room.id)?.state ?? new Map());
  }
}
