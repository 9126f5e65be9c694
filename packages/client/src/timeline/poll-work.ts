import { getRelatingEventsWithRelType } from "@patrix/client-api";
import { applyEdit, type ClientEventWithoutRoomId, getBundledRelations, getRelation, isRedacted, latestEdit } from "@patrix/events";
import { countVotes, type PollResults } from "@patrix/events/unstable";
import type { EventId } from "@patrix/identifiers";
import { redactsOf } from "@patrix/room-versions";
import { roomRules } from "../base/room-rules.ts";
import { ClientError } from "../errors.ts";
import type { LiveValue } from "../live/live.ts";
import { subscription } from "../live/subscription.ts";
import type { Room } from "../rooms/room.ts";
import { fetchEvent, type PageParts, revealAll } from "./page-requests.ts";
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
  readonly #related = new Map<EventId, ClientEventWithoutRoomId>();
  /** What was taken back, also of what is still to come. */
  readonly #redacted = new Set<EventId>();
  #start: ClientEventWithoutRoomId | undefined;
  #isComplete = false;

  constructor(parts: PollParts) {
    this.#parts = parts;
  }

  /** Fetches the poll, and all that is about it. */
  async fetch(): Promise<void> {
    const { id, room, parts } = this.#parts;
    const { signal } = this.#parts;
    const pages: PageParts = { roomId: room.id, context: parts.context, signal, learn: () => {} };
    this.#start = await fetchEvent(pages, id);
    const path = { roomId: room.id, eventId: id, relType: "m.reference" };
    let from: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const query = { from, limit: pageSize };
      const answer = await parts.context.http.send(getRelatingEventsWithRelType, { path, query }, { signal });
      for (const event of await revealAll(pages, answer.chunk)) this.#related.set(event.event_id, event);
      from = answer.next_batch;
      if (from === undefined) break;
    }
    this.#isComplete = true;
    this.#count();
  }

  /** Takes in what came in the room. */
  hear(events: readonly ClientEventWithoutRoomId[]): void {
    const before = this.#related.size + this.#redacted.size;
    const { id, room, parts } = this.#parts;
    const rules = roomRules(parts.context.base().rooms.get(room.id)?.state ?? new Map());
    let isEdited = false;
    for (const event of events) {
      const target = redactsOf(event, rules);
      if (target !== undefined) this.#redacted.add(target);
      const relation = event.state_key === undefined ? getRelation(event.content) : undefined;
      if (relation?.kind !== "reference" && relation?.kind !== "replacement") continue;
      if (relation.eventId !== id) continue;
      isEdited ||= relation.kind === "replacement" || this.#related.has(event.event_id);
      this.#related.set(event.event_id, event);
    }
    if (isEdited || this.#related.size + this.#redacted.size !== before) this.#count();
  }

  #count(): void {
    const { id, room, results } = this.#parts;
    if (!this.#isComplete || !this.#start) return;
    const isGone = isRedacted(this.#start) || this.#redacted.has(id);
    const start = this.#start;
    const related = [...this.#related.values()].filter((event) => !this.#redacted.has(event.event_id));
    results.set(isGone ? undefined : countVotes(edited(start, related), related, (userId) => room.can("redact", userId)));
  }
}

/** A poll with its last edit. */
function edited(start: ClientEventWithoutRoomId, related: readonly ClientEventWithoutRoomId[]): ClientEventWithoutRoomId {
  const bundled = getBundledRelations(start.unsigned)["m.replace"];
  const edits = related.filter(({ content }) => getRelation(content)?.kind === "replacement");
  const edit = latestEdit(start, bundled ? [...edits, bundled] : edits);
  return edit ? { ...start, content: applyEdit(start, edit) } : start;
}
