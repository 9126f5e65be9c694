import type { EventId, EventItem, MessageEvent, Sending, SendingState, UserId } from "@patrix/client";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Avatar, colorOf } from "./avatar.tsx";
import { describeEvent } from "./describe-event.ts";
import { Icon, IconButton } from "./icons.tsx";
import { nameOf } from "./names.ts";
import { MessageBody } from "./message-body.tsx";
import { fullTime, timeOfDay } from "./times.ts";
import { useLive } from "./use-live.ts";

/** What can be done with messages. */
export interface MessageActions {
  readonly userId: UserId;
  readonly onReply: (event: MessageEvent) => void;
  readonly onEdit: (event: MessageEvent) => void;
  readonly onThread: ((event: MessageEvent) => void) | undefined;
  readonly threadRoot: EventId | undefined;
}

interface MessageProps {
  readonly item: EventItem;
  readonly message: MessageEvent;
  /** Whether it follows one of the same person, so that their name need not stand there again. */
  readonly isFollowing: boolean;
  readonly actions: MessageActions;
}

const offered = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/** A message with all that belongs to it. */
export function Message({ item, message, isFollowing, actions }: MessageProps): JSX.Element {
  const { sender, ts, isOwn, mentionsMe, encryption } = message;
  const classes = ["message", isFollowing ? "following" : "", isOwn ? "own" : "", mentionsMe ? "mention" : ""].join(" ");
  return (
    <li class={classes} aria-label={`${nameOf(sender)}, ${timeOfDay(ts)}`} tabIndex={0}>
      {isFollowing ? <span class="gutter" /> : <Avatar name={sender.name} id={sender.id} />}
      <div class="content">
        {!isFollowing && (
          <p class="head">
            <strong class={`c${colorOf(sender.id)}`} title={sender.id}>
              {sender.disambiguated === sender.name ? nameOf(sender) : sender.disambiguated}
            </strong>
            <time title={fullTime(ts)}>{timeOfDay(ts)}</time>
            {encryption?.state === "failed" && <Icon name="warning" />}
          </p>
        )}
        {item.replyTo && <Answered replyTo={item.replyTo} />}
        <MessageBody message={message} isLocal={item.sending !== undefined} />
        {item.edited && <span class="edited">edited</span>}
        <Reactions item={item} message={message} userId={actions.userId} />
        {item.thread && actions.onThread && (
          <button class="thread-link" onClick={() => actions.onThread?.(message)}>
            <Icon name="thread" />
            {item.thread.count} {item.thread.count === 1 ? "reply" : "replies"}
            {item.thread.latest && <span class="soft"> · {describeEvent(item.thread.latest)}</span>}
          </button>
        )}
        {item.sending && <SendingLine sending={item.sending} />}
      </div>
      {item.readBy.length > 0 && <Readers readers={item.readBy} />}
      {!item.sending && <Tools message={message} actions={actions} />}
    </li>
  );
}

function Answered({ replyTo }: { replyTo: NonNullable<EventItem["replyTo"]> }): JSX.Element {
  const { event } = replyTo;
  return (
    <blockquote class="answered">
      {event ? (
        <>
          <strong>{nameOf(event.sender)}</strong> {describeEvent(event)}
        </>
      ) : (
        "An earlier message"
      )}
    </blockquote>
  );
}

function Reactions({ item, message, userId }: { item: EventItem; message: MessageEvent; userId: UserId }): JSX.Element | null {
  if (item.reactions.size === 0) return null;
  return (
    <ul class="reactions" aria-label="Reactions">
      {[...item.reactions].map(([key, by]) => {
        const isMine = by.some(({ sender }) => sender.id === userId);
        const names = by.map(({ sender }) => nameOf(sender)).join(", ");
        return (
          <li key={key}>
            <button
              aria-pressed={isMine}
              aria-label={`${key} ${by.length} by ${names}`}
              title={names}
              onClick={() => void (isMine ? message.unreact(key) : message.react(key))}
            >
              {key} <span>{by.length}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function SendingLine({ sending }: { sending: Sending }): JSX.Element | null {
  const state = useLive<SendingState>(sending.state);
  const progress = useLive(sending.progress);
  if (state === "failed")
    return (
      <p class="problem" role="alert">
        Not sent: {sending.error?.message}{" "}
        <button class="link" onClick={() => sending.retry()}>
          Try again
        </button>{" "}
        <button class="link" onClick={() => void sending.abort()}>
          Discard
        </button>
      </p>
    );
  if (state === "uploading" && progress) return <progress value={progress.sent} max={progress.total} aria-label="Uploading" />;
  return <span class="sending">{state === "sent" ? "" : "Sending…"}</span>;
}

function Readers({ readers }: { readers: EventItem["readBy"] }): JSX.Element {
  const names = readers.map(nameOf).join(", ");
  return (
    <span class="readers" role="img" aria-label={`Read by ${names}`} title={`Read by ${names}`}>
      {readers.slice(0, 3).map(({ id, name }) => (
        <Avatar key={id} id={id} name={name} small />
      ))}
    </span>
  );
}

/** Shown when the pointer or the focus is on the message. */
function Tools({ message, actions }: { message: MessageEvent; actions: MessageActions }): JSX.Element {
  const [isChoosing, setChoosing] = useState(false);
  const { isOwn, room } = message;
  const canDelete = isOwn || room.can("redact");
  return (
    <div
      class={`tools ${isChoosing ? "open" : ""}`}
      role="group"
      aria-label="What to do with the message"
      onMouseLeave={() => setChoosing(false)}
    >
      {isChoosing ? (
        offered.map((key) => (
          <button
            key={key}
            class="icon-button"
            aria-label={`React with ${key}`}
            onClick={() => (setChoosing(false), void message.react(key))}
          >
            {key}
          </button>
        ))
      ) : (
        <>
          <IconButton icon="react" label="React" onClick={() => setChoosing(true)} />
          <IconButton icon="reply" label="Reply" onClick={() => actions.onReply(message)} />
          {actions.onThread && <IconButton icon="thread" label="Open a thread" onClick={() => actions.onThread?.(message)} />}
          {isOwn && message.text !== undefined && <IconButton icon="edit" label="Edit" onClick={() => actions.onEdit(message)} />}
          {canDelete && <IconButton icon="trash" label="Delete" onClick={() => void message.redact()} />}
        </>
      )}
    </div>
  );
}
