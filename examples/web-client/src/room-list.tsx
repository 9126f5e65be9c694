import type { Client, MatrixEvent, Room, RoomId } from "@patrix/client";
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { describeEvent } from "./describe-event.ts";
import { Icon, IconButton } from "./icons.tsx";
import { localpartOf, nameOf } from "./names.ts";
import { shortTime } from "./times.ts";
import { useLive } from "./use-live.ts";

interface RoomListProps {
  readonly client: Client;
  readonly selected: RoomId | undefined;
  readonly onOpen: (room: Room) => void;
  readonly onNew: () => void;
  readonly onSettings: () => void;
}

/** All conversations, the latest first, and invites above them. */
export function RoomList({ client, selected, onOpen, onNew, onSettings }: RoomListProps): JSX.Element {
  const [name, setName] = useState("");
  const list = useMemo(() => client.rooms.list(), [client]);
  const rooms = useLive(list);
  const ownName = useOwnName(client);
  const invites = useLive(client.rooms.invites);
  useEffect(() => list.setFilter(name === "" ? {} : { name }), [list, name]);
  const unread = rooms.reduce((sum, room) => sum + room.unread.notifications, 0);
  useEffect(() => void (document.title = unread === 0 ? "Patrix" : `(${unread}) Patrix`), [unread]);
  return (
    <nav class="rooms" aria-label="Conversations">
      <h1 class="hidden">Patrix</h1>
      <header>
        <Avatar name={ownName} id={client.userId} />
        <span class="me" title={client.userId}>
          {ownName}
        </span>
        <IconButton icon="plus" label="New conversation" onClick={onNew} />
        <IconButton icon="settings" label="Settings" onClick={onSettings} />
      </header>
      <label class="filter">
        <Icon name="search" />
        <input
          type="search"
          placeholder="Find a conversation"
          aria-label="Find a conversation"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <ul onKeyDown={walk}>
        {invites.map((room) => (
          <Invite key={room.id} room={room} onOpen={onOpen} />
        ))}
        {rooms.map((room) => (
          <Entry key={room.id} room={room} isSelected={room.id === selected} onOpen={onOpen} />
        ))}
      </ul>
      {rooms.length === 0 && invites.length === 0 && (
        <p class="soft none">{name === "" ? "No conversations yet." : "None has this name."}</p>
      )}
    </nav>
  );
}

function Entry({ room, isSelected, onOpen }: { room: Room; isSelected: boolean; onOpen: (room: Room) => void }): JSX.Element {
  useLive(room.info);
  const { unread, latest } = room;
  const isUnread = unread.notifications > 0 || unread.marked;
  return (
    <li>
      <button class={`room ${isUnread ? "unread" : ""}`} aria-current={isSelected ? "page" : undefined} onClick={() => onOpen(room)}>
        <Avatar name={room.name} id={room.id} />
        <span class="name">
          {room.encrypted && <Icon name="lock" />}
          {room.name}
        </span>
        <time>{latest ? shortTime(latest.ts) : ""}</time>
        <span class="latest">{latest ? summary(latest) : "Nothing was said yet."}</span>
        {unread.notifications > 0 && (
          <span class={`badge ${unread.mentions > 0 ? "loud" : ""}`}>
            {unread.notifications}
            <span class="hidden"> unread</span>
          </span>
        )}
      </button>
    </li>
  );
}

function summary(event: MatrixEvent): string {
  const text = describeEvent(event);
  return event.stateKey === undefined && !event.isOwn ? `${nameOf(event.sender)}: ${text}` : text;
}

function Invite({ room, onOpen }: { room: Room; onOpen: (room: Room) => void }): JSX.Element {
  return (
    <li class="invite">
      <Avatar name={room.name} id={room.id} />
      <span class="name">{room.name}</span>
      <span class="latest">{room.inviter ? `${nameOf(room.inviter)} invites you` : "You are invited"}</span>
      <span class="buttons">
        <button class="primary small" onClick={() => void room.join().then(() => onOpen(room))}>
          Join
        </button>
        <button class="small" onClick={() => void room.leave()}>
          Decline
        </button>
      </span>
    </li>
  );
}

function useOwnName(client: Client): string {
  const [name, setName] = useState(localpartOf(client.userId));
  useEffect(() => {
    client.profile.get().then(
      ({ displayname }) => setName(displayname ?? localpartOf(client.userId)),
      // Offline the first part of the ID will do.
      () => {},
    );
  }, [client]);
  return name;
}

/** Arrow keys go from one conversation to the next. */
function walk(event: TargetedKeyboardEvent<HTMLUListElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>("button.room")];
  const at = entries.findIndex((entry) => entry === document.activeElement);
  entries[Math.max(0, Math.min(entries.length - 1, at + step))]?.focus();
  event.preventDefault();
}
