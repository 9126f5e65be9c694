import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { EventId } from "@patrix/identifiers";

/** Events of a room that follow one another, oldest first, each of them once. */
export class EventWindow {
  #events: ClientEventWithoutRoomId[] = [];
  readonly #known = new Set<EventId>();

  /** The events, oldest first. */
  get events(): readonly ClientEventWithoutRoomId[] {
    return this.#events;
  }

  /** Whether an event is there. */
  has(id: EventId): boolean {
    return this.#known.has(id);
  }

  /** Adds newer events; gives those that were not there. */
  append(events: readonly ClientEventWithoutRoomId[]): readonly ClientEventWithoutRoomId[] {
    return this.#join(events, (fresh) => this.#events.push(...fresh));
  }

  /** Adds older events, given oldest first; gives those that were not there. What is newer than an event that was there is put behind it. */
  prepend(events: readonly ClientEventWithoutRoomId[]): readonly ClientEventWithoutRoomId[] {
    const overlap = events.findIndex(({ event_id }) => this.#known.has(event_id));
    if (overlap < 0) return this.#join(events, (fresh) => this.#events.unshift(...fresh));
    const older = this.#join(events.slice(0, overlap), (fresh) => this.#events.unshift(...fresh));
    return [...older, ...this.#weave(events.slice(overlap))];
  }

  /** Puts another state of an event in the place of the one that is there, if it is. */
  replace(event: ClientEventWithoutRoomId): boolean {
    const at = this.#events.findLastIndex(({ event_id }) => event_id === event.event_id);
    if (at < 0) return false;
    this.#events[at] = event;
    return true;
  }

  /** Forgets everything, or the oldest events beyond a number. */
  clear(keep = 0): void {
    for (const { event_id } of this.#events.splice(0, Math.max(0, this.#events.length - keep))) this.#known.delete(event_id);
  }

  #join(
    events: readonly ClientEventWithoutRoomId[],
    add: (fresh: readonly ClientEventWithoutRoomId[]) => void,
  ): readonly ClientEventWithoutRoomId[] {
    const fresh: ClientEventWithoutRoomId[] = [];
    for (const event of events) {
      if (this.#known.has(event.event_id)) continue;
      this.#known.add(event.event_id);
      fresh.push(event);
    }
    add(fresh);
    return fresh;
  }

  /** Puts each event that is not there behind the one before it; the first is there. */
  #weave(events: readonly ClientEventWithoutRoomId[]): readonly ClientEventWithoutRoomId[] {
    const fresh: ClientEventWithoutRoomId[] = [];
    for (const [index, event] of events.entries()) {
      if (this.#known.has(event.event_id)) continue;
      const before = events[index - 1]?.event_id;
      const at = this.#events.findLastIndex(({ event_id }) => event_id === before);
      this.#events.splice(at + 1, 0, event);
      this.#known.add(event.event_id);
      fresh.push(event);
    }
    return fresh;
  }
}
