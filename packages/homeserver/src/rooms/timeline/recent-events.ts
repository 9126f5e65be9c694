import { type Position, type PositionVector, lastCovered } from "../../log/position.ts";
import type { PlacedFact, ShardStretch } from "../../log/log-reader.ts";
import type { StoredEvent } from "./stored-event.ts";

/** How many of the newest events of all rooms are kept at hand. */
const KEPT = 512;

/** The events of a shard that came last, in the order of their positions. */
interface RecentOfShard {
  readonly events: StoredEvent[];
  /** Every event of the shard after this position is among them. */
  after: Position;
}

/** The events that came into timelines last: those who follow the log find them here, and not in the store. */
export class RecentEvents {
  readonly #shards: readonly RecentOfShard[];

  /** @param committed How far the log was when the first event was added. */
  constructor(committed: PositionVector) {
    this.#shards = committed.map((_, shard) => ({ events: [], after: lastCovered(committed, shard) }));
  }

  /** Adds a committed event. */
  add(event: StoredEvent, shard: number): void {
    const recent = this.#shards[shard];
    if (!recent) return;
    recent.events.push(event);
    if (recent.events.length < KEPT * 2) return;
    const gone = recent.events.splice(0, KEPT);
    for (const old of gone) old.dropPdu();
    recent.after = gone.at(-1)?.nid ?? recent.after;
  }

  /** The first events of a stretch; `undefined` where not all of it is at hand. */
  in({ shard, after, upTo, limit }: ShardStretch): PlacedFact<StoredEvent>[] | undefined {
    const recent = this.#shards[shard];
    if (!recent || after < recent.after) return undefined;
    const { events } = recent;
    let start = events.length;
    while (start > 0 && (events[start - 1]?.nid ?? 0) > after) start--;
    const found: PlacedFact<StoredEvent>[] = [];
    for (let i = start; i < events.length && found.length < limit; i++) {
      const event = events[i];
      if (event && event.nid <= upTo) found.push({ pos: event.nid, fact: event });
    }
    return found;
  }
}
