import type { EventId, Room, Timeline } from "@patrix/client";
import { useEffect, useState } from "preact/hooks";

const firstPage = 30;

/** The timeline of a room, or of a thread of it, as long as it is looked at. */
export function useTimeline(room: Room, thread?: EventId): Timeline | undefined {
  const [timeline, setTimeline] = useState<Timeline>();
  useEffect(() => {
    const opened = thread === undefined ? room.timeline() : room.thread(thread).timeline();
    setTimeline(opened);
    // What cannot be fetched now is asked for again when somebody scrolls.
    opened.back(firstPage).catch(() => {});
    return () => void opened[Symbol.asyncDispose]();
  }, [room, thread]);
  return timeline;
}
