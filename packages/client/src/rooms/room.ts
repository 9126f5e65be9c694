import type { FileStream, StreamOptions } from "../media/media.ts";
import type { ClientEventWithoutRoomId, MembershipChange } from "@patrix/events";
import type { EventId, MxcUri, RoomId, ServerName, UserId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import type { Member } from "../base/members.ts";
import type { RoomAction } from "../base/power-levels.ts";
import type { ReadUpTo, RoomMembership } from "../base/room-data.ts";
import type { UnreadCounts } from "../base/unread.ts";
import type { EventEncryption } from "../encryption/event-encryption.ts";
import type { EventDef } from "../events/event-def.ts";
import type { EventContents, EventType, MessageLikeEvents, StateEvents } from "../events/event-types.ts";
import type { Live } from "../live/live.ts";
import type { LiveList } from "../live/live-list.ts";
import type { Subscription } from "../live/subscription.ts";
import type { Sending } from "../outbox/sending.ts";
import type { AccountData } from "./account-data.ts";
import type { MarkReadOptions } from "./mark-read-options.ts";
import type { Poll } from "./poll.ts";
import type { Sender } from "./sender.ts";

/** How to link to an event. */
export interface PermalinkOptions {
  /** Servers by which the room can be joined. Default: those of the sender and of the user. */
  readonly via?: readonly ServerName[] | undefined;
}

/** An event of a room: frozen data as of when it was delivered, and what can be done with it. */
export interface MatrixEvent<T extends string = string, C = unknown> {
  readonly id: EventId;
  readonly type: T;
  readonly content: C;
  /** Present on state events only. */
  readonly stateKey: string | undefined;
  readonly sender: Member;
  /** When it was sent, by the clock of the sender's server. */
  readonly ts: Date;
  readonly room: Room;
  /** Whether the user of this client sent it. */
  readonly isOwn: boolean;
  /** Whether it replaces the content of another event. */
  readonly isEdit: boolean;
  /** How it was encrypted; `undefined` if it was not. */
  readonly encryption: EventEncryption | undefined;
  /** The event as the server sent it, but for what was decrypted. */
  readonly raw: ClientEventWithoutRoomId;
  /** Adds a reaction, usually an emoji. To an event that is on its way, as edits and replies, it goes out once that one is sent. */
  react(key: string): Sending;
  /** Takes the user's own reaction back. */
  unreact(key: string): Sending;
  /** Removes its content. What has not left yet is taken back with all that is about it: nothing is sent, and the ID is a local one. */
  redact(reason?: string): Sending;
  /** Sends replies to it. */
  readonly reply: Sender;
  /** Replaces it. @throws {ClientError} `NOT_EDITABLE` for what the user did not send, state, and what was redacted. */
  readonly edit: Pick<Sender, "text" | "html" | "markdown" | "event">;
  /** The thread that it is in, or that it begins. */
  readonly thread: Thread;
  /** A matrix.to link to it. @throws {ClientError} `NOT_SENT`, while it is on its way. */
  permalink(options?: PermalinkOptions): string;
  /** Pins it in the room. @throws {ClientError} `NOT_SENT`, as everything that tells the server of an event that it does not know yet. */
  pin(): Promise<void>;
  /** Marks the room as read up to it; in a thread, the thread. */
  markRead(options?: MarkReadOptions): Promise<void>;
  /** Narrows to a type. */
  is<K extends EventType>(type: K): this is EventOf<K>;
}

/** A message. */
export interface MessageEvent<C = MessageLikeEvents["m.room.message"]> extends MatrixEvent<"m.room.message", C> {
  /** What a text, notice or emote says, without a quotation of what it answers; in an edit, the new text. */
  readonly text: string | undefined;
  /** Whether it is meant to notify the user. */
  readonly mentionsMe: boolean;
  /** Downloads its file. @throws {ClientError} `NOT_FOUND` if it has none. */
  download(options?: Abortable): Promise<Blob>;
  /**
   * Downloads its file piece by piece, however long it is, and decrypts it. Whether an encrypted file is what was sent shows at its end.
   *
   * @throws {ClientError} `NOT_FOUND` if it has none; `BAD_FILE`, also to whoever reads.
   */
  stream(options?: Omit<StreamOptions, "thumbnail">): Promise<FileStream>;
}

/** A change of somebody's membership or of their profile in a room. */
export interface MemberEvent extends MatrixEvent<"m.room.member", StateEvents["m.room.member"]> {
  /** What it did: `joined`, `kicked`, `profile-changed`, … */
  readonly membershipChange: MembershipChange;
}

/** The event of a declared type. */
export type EventOf<K extends EventType> = K extends "m.room.message"
  ? MessageEvent
  : K extends "m.room.member"
    ? MemberEvent
    : MatrixEvent<K, EventContents[K]>;

/** A thread of a room. */
export interface Thread {
  readonly rootId: EventId;
  readonly send: Sender;
  /** Opens the thread: its root, and what is in it. */
  timeline(options?: Abortable): Timeline;
  /** Marks the thread as read up to an event, or all of it. */
  markRead(upTo?: EventId, options?: MarkReadOptions): Promise<void>;
  /** Asks to be notified of what is said in it, where the server knows such subscriptions. @throws {MatrixError} `M_NOT_FOUND`. */
  subscribe(): Promise<void>;
}

/** An event of a timeline, with what others say of it. */
export interface EventItem {
  readonly kind: "event";
  /** Stays the same while it is sent and afterwards. */
  readonly key: string;
  /** With its last edit, or without what was redacted. One that is being sent has an ID of its own until it is sent. */
  readonly event: MatrixEvent;
  /** The event, if it is a message. */
  readonly message: MessageEvent | undefined;
  readonly edited: boolean;
  readonly redacted: boolean;
  /** What it answers; `event` once that is known. */
  readonly replyTo: { readonly id: EventId; readonly event?: MatrixEvent | undefined } | undefined;
  /** By what was reacted with, in order of coming. */
  readonly reactions: ReadonlyMap<string, readonly { readonly sender: Member; readonly id: EventId }[]>;
  /** Others who have read up to here and no further. */
  readonly readBy: readonly Member[];
  /** The thread that it begins: events without the root, and the last of them. */
  readonly thread: { readonly count: number; readonly latest: MatrixEvent | undefined } | undefined;
  /** How it is sent; only until the server has told of it. */
  readonly sending: Sending | undefined;
}

/** One line of a timeline. Frozen; what changes comes as a new item of the same `key`. */
export type TimelineItem =
  | EventItem
  /** A day begins, by the clock of the platform. */
  | { readonly kind: "date"; readonly key: string; readonly date: Date }
  /** What follows is unread. */
  | { readonly kind: "read-marker"; readonly key: string }
  /** There is nothing before. */
  | { readonly kind: "start"; readonly key: string }
  /** An event that could not be decrypted, and why, in English. */
  | { readonly kind: "undecryptable"; readonly key: string; readonly event: MatrixEvent; readonly cause: string };

/** What to show of a room. */
export interface TimelineOptions extends Abortable {
  /** Opens the timeline at an event, as a permalink does. Default: at the newest one. */
  around?: EventId | undefined;
  /** Only the thread that begins with an event. Default: all that is in no thread. */
  thread?: EventId | undefined;
  /** Only pinned events, or only messages with files. */
  only?: "pinned" | "media" | undefined;
}

/**
 * What was said in a room, oldest first, kept up to date until it is disposed of. What the store knows is there without a request.
 *
 * @example
 * await using timeline = room.timeline();
 * await timeline.back(50);
 * for await (const items of timeline.items) render(items);
 */
export interface Timeline extends AsyncDisposable {
  readonly items: LiveList<TimelineItem>;
  /** Whether there is nothing before. */
  readonly atStart: Live<boolean>;
  /** Whether there is nothing after, so that new events come by themselves. */
  readonly atEnd: Live<boolean>;
  /** Fetches about so many older events, 50 by default; tells whether there may be more. @throws {MatrixError} And {@link ClientError}. */
  back(count?: number): Promise<boolean>;
  /** Fetches newer events of a timeline that was opened in the past; tells whether there may be more. @throws As `back`. */
  forward(count?: number): Promise<boolean>;
}

/** A thread as a list of threads has it. */
export interface ThreadItem {
  readonly root: MatrixEvent;
  /** How many events are in it, without the root. */
  readonly count: number;
  readonly latest: MatrixEvent | undefined;
}

/** The threads of a room, those first in which something was said last. */
export interface ThreadList extends LiveList<ThreadItem>, AsyncDisposable {
  /** Fetches more of them; tells whether there may be more still. @throws {MatrixError} And {@link ClientError}. */
  more(): Promise<boolean>;
}

/** The members of a room. */
export interface RoomMembers {
  /** Everyone who joined or is invited; asks the server once. */
  list(options?: Abortable): Promise<readonly Member[]>;
  /** A member that the client knows of. */
  get(id: UserId): Member | undefined;
  invite(id: UserId, reason?: string): Promise<void>;
  kick(id: UserId, reason?: string): Promise<void>;
  ban(id: UserId, reason?: string): Promise<void>;
  unban(id: UserId, reason?: string): Promise<void>;
}

/** One of several state events of a type. */
export interface StateItem<C> {
  readonly key: string;
  readonly content: C;
  readonly sender: UserId;
}

/** The state of a room. */
export interface RoomStateAccess {
  /** The content of a state event; `undefined` if there is none, or it is malformed. */
  get<K extends keyof StateEvents>(type: K, key?: string): StateEvents[K] | undefined;
  /** All state events of a type, as the client knows them, but for those that are malformed or empty. */
  all<K extends keyof StateEvents>(type: K): readonly StateItem<StateEvents[K]>[];
  set<K extends keyof StateEvents>(type: K, content: StateEvents[K], key?: string): Promise<EventId>;
}

/** A room. One handle for each room, whose properties always say what is known now. */
export interface Room {
  readonly id: RoomId;
  readonly name: string;
  readonly topic: string | undefined;
  readonly avatar: MxcUri | undefined;
  readonly membership: RoomMembership;
  readonly encrypted: boolean;
  readonly isDirect: boolean;
  readonly isSpace: boolean;
  /** The room that replaces it since an upgrade, as it says; see `followUpgrades` of {@link Rooms}. */
  readonly successor: RoomId | undefined;
  /** The room that it replaces, as it says. */
  readonly predecessor: RoomId | undefined;
  /** Whether the user has joined what replaces it, which says so too. */
  readonly isReplaced: boolean;
  readonly unread: UnreadCounts;
  /** The last message. */
  readonly latest: MatrixEvent | undefined;
  /** When something last happened, in milliseconds since the Unix epoch. */
  readonly lastActivityTs: number;
  readonly tags: ReadonlySet<string>;
  /** The user who invited; only of invites. */
  readonly inviter: Member | undefined;
  /** Who is typing, without the user. */
  readonly typing: Live<readonly Member[]>;
  /** How far others have read, by user: the 500 who read last. */
  readonly receipts: Live<ReadonlyMap<UserId, ReadUpTo>>;
  readonly accountData: AccountData;
  /** The room itself after each change of anything about it. */
  readonly info: Live<Room>;
  readonly send: Sender;
  readonly members: RoomMembers;
  readonly state: RoomStateAccess;
  /** Fetches one event. @throws {MatrixError} `M_NOT_FOUND`. */
  event(id: EventId, options?: Abortable): Promise<MatrixEvent>;
  thread(rootId: EventId): Thread;
  /** Opens its timeline. Dispose of it, or end it by the signal, when nobody looks at it any more. */
  timeline(options?: TimelineOptions): Timeline;
  /** Lists its threads; dispose of the list as of a timeline. */
  threads(options?: Abortable): ThreadList;
  /** Opens a poll by the event that asks it; dispose of it as of a timeline. @throws {ClientError} `NOT_SENT`. */
  poll(id: EventId, options?: Abortable): Poll;
  /** Whether a user, by default the client's own, has the power to do something, or to send events of a type. */
  can(action: RoomAction | EventType, who?: UserId): boolean;
  /** Whether a user, by default the client's own, has more power than another: who can kick and ban can do so to those only. */
  outranks(whom: UserId, who?: UserId): boolean;
  /** Calls back for each new event of a type. */
  on<K extends EventType>(type: K, callback: (event: EventOf<K>) => unknown, options?: Abortable): Subscription;
  on<T extends string, C>(definition: EventDef<T, C>, callback: (event: MatrixEvent<T, C>) => unknown, options?: Abortable): Subscription;
  /** Iterates over the new events of a type, none left out. */
  events<K extends EventType>(type: K, options?: Abortable): AsyncIterable<EventOf<K>>;
  join(): Promise<void>;
  leave(reason?: string): Promise<void>;
  forget(): Promise<void>;
  knock(reason?: string): Promise<void>;
  /** Shows the user as typing for half a minute, or no longer. */
  setTyping(on: boolean): Promise<void>;
  /** Marks everything as read, threads included. */
  markRead(options?: MarkReadOptions): Promise<void>;
  /** Marks the room as unread, for later. */
  markUnread(): Promise<void>;
  /** Replaces the room by one of another version. */
  upgrade(version: string): Promise<RoomId>;
}
