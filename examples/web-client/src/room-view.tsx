import type { Client, Member, MessageEvent, Room } from "@patrix/client";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { Composer, type Target } from "./composer.tsx";
import { Icon, IconButton } from "./icons.tsx";
import { nameOf } from "./names.ts";
import type { Panel } from "./panel.ts";
import { Timeline } from "./timeline.tsx";
import { useLive } from "./use-live.ts";
import { useTimeline } from "./use-timeline.ts";

interface RoomViewProps {
  readonly client: Client;
  readonly room: Room;
  readonly onBack: () => void;
  readonly onPanel: (panel: Panel) => void;
}

/** A conversation. */
export function RoomView({ client, room, onBack, onPanel }: RoomViewProps): JSX.Element {
  useLive(room.info);
  const timeline = useTimeline(room);
  const [target, setTarget] = useState<Target>();
  const { encrypted, topic, name, membership } = room;
  const wasIn = useRef(false);
  useEffect(() => {
    // A room that was just made is not known yet.
    if (membership === "join") wasIn.current = true;
    else if (wasIn.current) onBack();
  }, [membership]);
  const onThread = ({ thread }: MessageEvent): void => onPanel({ kind: "thread", root: thread.rootId });
  return (
    <main class="conversation" aria-label={name}>
      <header>
        <IconButton icon="back" label="All conversations" onClick={onBack} />
        <Avatar name={name} id={room.id} />
        <button class="title" onClick={() => onPanel({ kind: "info" })} title="About this conversation">
          <h2>
            {name}
            {encrypted && (
              <span class="lock" role="img" aria-label="encrypted">
                <Icon name="lock" />
              </span>
            )}
          </h2>
          <span class="soft">{topic ?? (encrypted ? "Encrypted: only those in it can read it" : "Not encrypted")}</span>
        </button>
        <IconButton icon="search" label="Search in this conversation" onClick={() => onPanel({ kind: "search" })} />
      </header>
      <Timeline timeline={timeline} client={client} room={room} onTarget={setTarget} onThread={onThread} />
      <Typing room={room} />
      <Composer
        room={room}
        sender={room.send}
        prompt={encrypted ? "Write an encrypted message" : "Write a message"}
        target={target}
        onTarget={setTarget}
        timeline={timeline}
      />
    </main>
  );
}

function Typing({ room }: { room: Room }): JSX.Element {
  const members = useLive<readonly Member[]>(room.typing);
  const names = members.map(nameOf);
  const text = names.length === 0 ? "" : `${names.slice(0, 3).join(", ")} ${names.length === 1 ? "is" : "are"} typing…`;
  return (
    <p class="typing" aria-live="polite">
      {text}
    </p>
  );
}
