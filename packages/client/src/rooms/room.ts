import type { ClientEventWithoutRoomId, MembershipChange } from "@patrix/events";
import type { EventId, MxcUri, RoomId, UserId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import type { Member } from "../base/members.ts";
import type { RoomAction } from "../base/power-levels.ts";
import type { ReadUpTo, RoomMembership } from "../base/room-data.ts";
import type { EventDef } from "../events/event-def.ts";
import type { EventContents, EventType, MessageLikeEvents, StateEvents } from "../events/event-types.ts";
import type { Live } from "../live/live.ts";
import type { Subscription } from "../live/subscription.ts";
import type { Sending } from "../outbox/sending.ts";
import type { AccountData } from "./account-data.ts";
import type { Sender, Thread } from "./sender.ts";

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
  /** The event as the server sent it. */
  readonly raw: ClientEventWithoutRoomId;
  /** Adds a reaction, usually an emoji. */
  react(key: string): Sending;
  /** Takes the user's own reaction back. */
  unreact(key: string): Sending;
  redact(reason?: string): Sending;
  /** Sends replies to it. */
  readonly reply: Sender;
  /** Replaces it. @throws {ClientError} `NOT_EDITABLE` for what the user did not send, state, and what was redacted. */
  readonly edit: Pick<Sender, "text" | "html" | "markdown" | "event">;
  /** The thread that it is in, or that it begins. */
  readonly thread: Thread;
  pin(): Promise<void>;
  /** Marks the room as read up to it. */
  markRead(): Promise<void>;
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

/** What is unread in a room. */
export interface UnreadCounts {
  /** Events that notify. */
  readonly notifications: number;
  /** Events that notify loudly, such as mentions. */
  readonly mentions: number;
  /** Whether the user marked the room as unread. */
  readonly marked: boolean;
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

/** The state of a room. */
export interface RoomStateAccess {
  /** The content of a state event; `undefined` if there is none, or it is malformed. */
  get<K extends keyof StateEvents>(type: K, key?: string): StateEvents[K] | undefined;
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
  /** Whether a user, by default the client's own, has the power to do something, or to send events of a type. */
  can(action: RoomAction | EventType, who?: UserId): boolean;
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
  /** Marks everything as read. */
  markRead(): Promise<void>;
  /** Replaces the room by one of another version. */
  upgrade(version: string): Promise<RoomId>;
}
