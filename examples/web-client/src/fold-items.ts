import type { EventItem, TimelineItem } from "@patrix/client";
import { isTold } from "./describe-event.ts";

/** A line of a conversation as it is drawn: an item, or several changes folded into one. */
export interface Line {
  readonly key: string;
  readonly item: TimelineItem;
  /** The item before. */
  readonly before: TimelineItem | undefined;
  readonly folded: readonly EventItem[] | undefined;
}

/** From how many changes in a row on they are folded. */
const minFolded = 3;

/** Folds changes that follow one another. */
export function foldItems(all: readonly TimelineItem[]): readonly Line[] {
  const items = all.filter((item) => item.kind !== "event" || item.redacted || isTold(item.event));
  const lines: Line[] = [];
  for (let at = 0; at < items.length;) {
    const item = items[at];
    if (!item) break;
    const run = runAt(items, at);
    const isFolded = run.length >= minFolded;
    lines.push({ key: isFolded ? `folded.${item.key}` : item.key, item, before: items[at - 1], folded: isFolded ? run : undefined });
    at += isFolded ? run.length : 1;
  }
  return lines;
}

/** The changes that begin at a place. */
function runAt(items: readonly TimelineItem[], from: number): readonly EventItem[] {
  const run: EventItem[] = [];
  for (let at = from; at < items.length; at += 1) {
    const item = items[at];
    if (item?.kind !== "event" || item.event.stateKey === undefined) break;
    run.push(item);
  }
  return run;
}
