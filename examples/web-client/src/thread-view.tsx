import type { Client, EventId, Room } from "@patrix/client";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Composer, type Target } from "./composer.tsx";
import { IconButton } from "./icons.tsx";
import { Timeline } from "./timeline.tsx";
import { useTimeline } from "./use-timeline.ts";

/** A thread, beside the conversation that it is in. */
export function ThreadView({
  client,
  room,
  root,
  onClose,
}: {
  client: Client;
  room: Room;
  root: EventId;
  onClose: () => void;
}): JSX.Element {
  const thread = useMemo(() => room.thread(root), [room, root]);
  const timeline = useTimeline(room, root);
  const [target, setTarget] = useState<Target>();
  return (
    <aside class="panel" aria-label="Thread">
      <header>
        <h2>Thread</h2>
        <IconButton icon="close" label="Close the thread" onClick={onClose} />
      </header>
      <Timeline timeline={timeline} client={client} room={room} onTarget={setTarget} threadRoot={root} />
      <Composer room={room} sender={thread.send} prompt="Reply in the thread" target={target} onTarget={setTarget} timeline={timeline} />
    </aside>
  );
}
