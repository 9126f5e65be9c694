import type { Client, EventId, EventItem, MessageEvent, Room, Timeline as RoomTimeline, TimelineItem } from "@patrix/client";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Target } from "./composer.tsx";
import { describeEvent } from "./describe-event.ts";
import { foldItems } from "./fold-items.ts";
import { Icon } from "./icons.tsx";
import { Message, type MessageActions } from "./message.tsx";
import { nameOf } from "./names.ts";
import { PollMessage } from "./poll.tsx";
import { dayTitle } from "./times.ts";
import { useLive } from "./use-live.ts";

interface TimelineProps {
  readonly timeline: RoomTimeline | undefined;
  readonly client: Client;
  readonly room: Room;
  readonly threadRoot?: EventId;
  readonly onTarget: (target: Target) => void;
  readonly onThread?: (event: MessageEvent) => void;
}

/** Messages by one person within this time stand together. */
const groupMs = 5 * 60_000;
/** How near to its beginning one has to scroll for more to be fetched, in pixels. */
const nearPx = 400;

/** What was said, oldest first. */
export function Timeline({ timeline, ...rest }: TimelineProps): JSX.Element {
  return timeline ? <Items timeline={timeline} {...rest} /> : <div class="timeline" aria-busy="true" />;
}

function Items({ timeline, client, room, threadRoot, onTarget, onThread }: TimelineProps & { timeline: RoomTimeline }): JSX.Element {
  const items = useLive(timeline.items);
  const isLoading = useLive(timeline.items.loading);
  const atStart = useLive(timeline.atStart);
  const scroller = useRef<HTMLDivElement>(null);
  const more = (): void => {
    const box = scroller.current;
    // It is counted from the end: what comes in before moves nothing.
    const left = box ? box.scrollHeight - box.clientHeight + box.scrollTop : Number.POSITIVE_INFINITY;
    if (left < nearPx && !timeline.atStart.value && !timeline.items.loading.value) void timeline.back().catch(() => {});
  };
  useEffect(more, [items, isLoading]);
  useMarkRead(room, items, threadRoot);
  const actions: MessageActions = {
    userId: client.userId,
    onReply: (event) => onTarget({ kind: "reply", event }),
    onEdit: (event) => onTarget({ kind: "edit", event }),
    onThread,
    threadRoot,
  };
  return (
    <div
      class="timeline"
      ref={scroller}
      onScroll={more}
      tabIndex={-1}
      role="log"
      aria-label={threadRoot === undefined ? "Messages" : "Messages of the thread"}
      aria-busy={isLoading}
    >
      <ol>
        {!atStart && (
          <li class="loading" aria-hidden="true">
            {isLoading ? "Loading…" : ""}
          </li>
        )}
        {foldItems(items).map(({ key, item, before, folded }) =>
          folded ? <Folded key={key} items={folded} /> : <Item key={key} item={item} before={before} room={room} actions={actions} />,
        )}
      </ol>
    </div>
  );
}

function Item({
  item,
  before,
  room,
  actions,
}: {
  item: TimelineItem;
  before: TimelineItem | undefined;
  room: Room;
  actions: MessageActions;
}): JSX.Element | null {
  switch (item.kind) {
    case "start":
      return actions.threadRoot === undefined ? (
        <li class="start">
          <h3>{room.name}</h3>
          <p class="soft">
            {room.encrypted ? "This is the beginning. Only those in this conversation can read it." : "This is the beginning."}
          </p>
        </li>
      ) : null;
    case "date":
      return (
        <li class="date">
          <span>{dayTitle(item.date)}</span>
        </li>
      );
    case "read-marker":
      return (
        <li class="unread-from">
          <span>New</span>
        </li>
      );
    case "undecryptable":
      return (
        <li class="message locked">
          <Icon name="lock" />
          <span>
            A message of {nameOf(item.event.sender)} that this device has no key for.{" "}
            <span class="soft">Recover your keys in the settings.</span>
          </span>
        </li>
      );
    default:
      if (item.message && !item.redacted)
        return <Message item={item} message={item.message} isFollowing={isFollowing(item, before)} actions={actions} />;
      if (item.redacted) return <li class="told">A message of {nameOf(item.event.sender)} was deleted</li>;
      if (item.event.is("org.matrix.msc3381.poll.start")) return <PollMessage item={item} room={room} userId={actions.userId} />;
      return <li class="told">{describeEvent(item.event)}</li>;
  }
}

/** Several changes of a conversation, of which one is rarely curious. */
function Folded({ items }: { items: readonly EventItem[] }): JSX.Element {
  return (
    <li class="told">
      <details>
        <summary>{items.length} changes</summary>
        <ul>
          {items.map(({ key, event }) => (
            <li key={key}>{describeEvent(event)}</li>
          ))}
        </ul>
      </details>
    </li>
  );
}

function isFollowing({ event }: EventItem, before: TimelineItem | undefined): boolean {
  if (before?.kind !== "event" || before.message === undefined || before.redacted) return false;
  return before.event.sender.id === event.sender.id && event.ts.getTime() - before.event.ts.getTime() < groupMs;
}

/** Whoever looks at the newest message has read it. */
function useMarkRead(room: Room, items: readonly TimelineItem[], threadRoot: EventId | undefined): void {
  const last = items.findLast((item): item is EventItem => item.kind === "event" && item.sending === undefined);
  const id = last?.event.id;
  useEffect(() => {
    const mark = (): void => {
      if (!last || document.visibilityState !== "visible" || !document.hasFocus()) return;
      // It is marked again with the next message.
      void (threadRoot === undefined ? last.event.markRead() : room.thread(threadRoot).markRead(last.event.id)).catch(() => {});
    };
    mark();
    addEventListener("focus", mark);
    return () => removeEventListener("focus", mark);
  }, [room, id, threadRoot]);
}
