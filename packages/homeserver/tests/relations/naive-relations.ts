// What relates to what, worked out from the whole timeline that a user sees, the plain way.
import type { BundledJson, RelatedEvent } from "./related-room.ts";

/** A user, and whom they ignore. */
export interface NaiveViewer {
  readonly userId: string;
  readonly ignored: ReadonlySet<string>;
}

interface RelatesTo {
  readonly rel_type?: unknown;
  readonly event_id?: unknown;
  readonly key?: unknown;
}

const relatesTo = ({ content }: RelatedEvent): RelatesTo | undefined => {
  const relation = content["m.relates_to"] as RelatesTo | undefined;
  if (typeof relation?.rel_type !== "string" || typeof relation.event_id !== "string") return undefined;
  return relation.rel_type === "m.annotation" && typeof relation.key !== "string" ? undefined : relation;
};

/** What a user sees of a room, oldest first, and what follows from it. */
export class NaiveRoom {
  readonly events: readonly RelatedEvent[];
  readonly #viewer: NaiveViewer;

  constructor(events: readonly RelatedEvent[], viewer: NaiveViewer) {
    this.events = events;
    this.#viewer = viewer;
  }

  /** The IDs of the events that relate to one, newest first. */
  related(target: string, relType?: string): string[] {
    return this.#children(target, relType)
      .map(({ event_id: id }) => id)
      .toReversed();
  }

  /** Those of three levels, newest first; of one type by way of events of that type alone. */
  recursive(target: string, relType?: string): string[] {
    const found = new Set<string>();
    let level = [target];
    for (let depth = 0; depth < 3; depth++) {
      // What ignored users have sent is on the way to what others have.
      level = this.events.flatMap((event) => {
        const relation = relatesTo(event);
        const isNext =
          relation !== undefined && level.includes(String(relation.event_id)) && (relType ?? relation.rel_type) === relation.rel_type;
        return isNext && !found.has(event.event_id) ? event.event_id : [];
      });
      for (const id of level) found.add(id);
    }
    return this.events
      .filter(({ event_id: id, sender }) => found.has(id) && !this.#viewer.ignored.has(sender))
      .map(({ event_id: id }) => id)
      .toReversed();
  }

  /** What is bundled with an event, with IDs for events. */
  bundle(event: RelatedEvent): Flat | undefined {
    if (event.state_key !== undefined) return undefined;
    const own = relatesTo(event);
    const isRedacted = event.unsigned?.redacted_because !== undefined;
    const edits = this.#children(event.event_id, "m.replace")
      .filter(({ sender, type, content }) => sender === event.sender && type === event.type && typeof content["m.new_content"] === "object")
      .toSorted((a, b) => a.origin_server_ts - b.origin_server_ts || (a.event_id < b.event_id ? -1 : 1));
    const thread = own === undefined ? this.#children(event.event_id, "m.thread") : [];
    const references = this.#children(event.event_id, "m.reference").map(({ event_id: id }) => id);
    const edit = isRedacted || own?.rel_type === "m.replace" ? undefined : edits.at(-1);
    const latest = thread.at(-1);
    const participated = [event, ...thread].some(({ sender }) => sender === this.#viewer.userId);
    if (!edit && !latest && references.length === 0) return undefined;
    return {
      edit: edit?.event_id,
      thread: latest && { latest: latest.event_id, bundle: this.bundle(latest), count: thread.length, participated },
      references: references.length === 0 ? undefined : references,
    };
  }

  /** The roots of threads, the one with the newest event first. */
  threads(isWanted: (thread: NonNullable<Flat["thread"]>) => boolean = () => true): string[] {
    const place = (id: string): number => this.events.findIndex(({ event_id: other }) => other === id);
    const roots = this.events.flatMap((event) => {
      const thread = this.bundle(event)?.thread;
      return thread && isWanted(thread) ? [{ id: event.event_id, latest: place(thread.latest) }] : [];
    });
    return roots.toSorted((a, b) => b.latest - a.latest).map(({ id }) => id);
  }

  #children(target: string, relType: string | undefined): RelatedEvent[] {
    return this.events.filter((event) => {
      const relation = relatesTo(event);
      return (
        relation?.event_id === target && (relType ?? relation.rel_type) === relation.rel_type && !this.#viewer.ignored.has(event.sender)
      );
    });
  }
}

/** A bundle, with IDs for events. */
export interface Flat {
  readonly edit: string | undefined;
  readonly thread:
    | { readonly latest: string; readonly bundle: Flat | undefined; readonly count: number; readonly participated: boolean }
    | undefined;
  readonly references: readonly string[] | undefined;
}

/** Puts IDs for the events of a bundle. */
export function flatten(bundle: BundledJson | undefined): Flat | undefined {
  if (!bundle) return undefined;
  const { "m.replace": edit, "m.thread": thread, "m.reference": references } = bundle;
  return {
    edit: edit?.event_id,
    thread: thread && {
      latest: thread.latest_event.event_id,
      bundle: flatten(thread.latest_event.unsigned?.["m.relations"]),
      count: thread.count,
      participated: thread.current_user_participated,
    },
    references: references?.chunk.map(({ event_id: id }) => id),
  };
}
