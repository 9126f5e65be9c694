import type { Client, Room } from "@patrix/client";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { EncryptionBanner } from "./encryption/encryption-banner.tsx";
import { Verifications } from "./encryption/verifications.tsx";
import { NewRoom } from "./new-room.tsx";
import type { Panel } from "./panel.ts";
import { RoomInfo } from "./room-info.tsx";
import { RoomList } from "./room-list.tsx";
import { RoomView } from "./room-view.tsx";
import { Search } from "./search.tsx";
import { Settings } from "./settings.tsx";
import { ThreadView } from "./thread-view.tsx";
import { useLive } from "./use-live.ts";

/** What lies over everything. */
type Over = "new-room" | "settings" | undefined;

/** The chat of somebody who is signed in. */
export function Chat({ client }: { client: Client }): JSX.Element {
  const [room, setRoom] = useState<Room>();
  const [panel, setPanel] = useState<Panel>();
  const [over, setOver] = useState<Over>();
  const online = useLive(client.online);
  const open = (chosen: Room | undefined): void => {
    setRoom(chosen);
    setPanel(undefined);
  };
  useEffect(() => {
    const escape = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) setPanel(undefined);
    };
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, []);
  return (
    <div class={`chat ${room ? "in-room" : ""} ${panel ? "with-panel" : ""}`}>
      <RoomList
        client={client}
        selected={room?.id}
        onOpen={open}
        onNew={() => setOver("new-room")}
        onSettings={() => setOver("settings")}
      />
      <div class="stage">
        {online !== "syncing" && <Offline state={online} />}
        <EncryptionBanner client={client} />
        {room ? (
          <RoomView key={room.id} client={client} room={room} onBack={() => open(undefined)} onPanel={setPanel} />
        ) : (
          <Welcome onNew={() => setOver("new-room")} />
        )}
      </div>
      {room && panel && <Side room={room} client={client} panel={panel} onClose={() => setPanel(undefined)} />}
      {over === "new-room" && <NewRoom client={client} onClose={() => setOver(undefined)} onOpen={open} />}
      {over === "settings" && <Settings client={client} onClose={() => setOver(undefined)} />}
      <Verifications client={client} />
    </div>
  );
}

function Side({
  room,
  client,
  panel,
  onClose,
}: {
  room: Room;
  client: Client;
  panel: NonNullable<Panel>;
  onClose: () => void;
}): JSX.Element {
  switch (panel.kind) {
    case "info":
      return <RoomInfo client={client} room={room} onClose={onClose} />;
    case "search":
      return <Search client={client} room={room} onClose={onClose} />;
    default:
      return <ThreadView key={panel.root} client={client} room={room} root={panel.root} onClose={onClose} />;
  }
}

function Offline({ state }: { state: "offline" | "connecting" | "error" }): JSX.Element {
  const text = state === "connecting" ? "Connecting…" : "No connection to the server. What you write is sent when it is back.";
  return (
    <p class={`offline ${state}`} role="status">
      {text}
    </p>
  );
}

function Welcome({ onNew }: { onNew: () => void }): JSX.Element {
  return (
    <main class="empty">
      <h2>Choose a conversation</h2>
      <p class="soft">or begin one.</p>
      <button class="primary" onClick={onNew}>
        New conversation
      </button>
    </main>
  );
}
