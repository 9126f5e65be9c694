import { isJsonObject, type JsonObject } from "@patrix/api";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { EventId, RoomId, UserId } from "@patrix/identifiers";

/** How the user stands to a room. */
export type RoomMembership = "join" | "invite" | "knock" | "leave" | "ban";

/** A state event, or a stripped one, which has no ID and no time. */
export interface StateEntry {
  readonly type: string;
  readonly state_key: string;
  readonly sender: UserId;
  readonly content: JsonObject;
  readonly event_id?: EventId | undefined;
  readonly origin_server_ts?: number | undefined;
}

/** The current state of a room: by type, then by state key. */
export type RoomState = ReadonlyMap<string, ReadonlyMap<string, StateEntry>>;

/** How far somebody has read. */
export interface ReadUpTo {
  readonly eventId: EventId;
  /** Milliseconds since the Unix epoch. */
  readonly ts: number;
}

/** An event since the user has read last. */
export type UnreadEvent = readonly [id: EventId, countsAs: number, threadRoot?: EventId];

/** What the client itself knows to be unread. */
export interface KnownUnread {
  /** Oldest first, those too that count as nothing: somebody may read up to one of them. At most 200. */
  readonly events: readonly UnreadEvent[];
  /** Of what is older: messages, notifications and mentions. */
  readonly older: readonly [messages: number, notifications: number, mentions: number];
  /** Whether that is all since the user has read last; otherwise there may be more from before the client came. */
  readonly isWhole: boolean;
}

/** The part of {@link RoomData} that is kept as one row. */
export interface RoomSummaryData {
  readonly id: RoomId;
  readonly membership: RoomMembership;
  /** Users to name the room by, as the server picked them. */
  readonly heroes: readonly UserId[];
  readonly joinedCount: number | undefined;
  readonly invitedCount: number | undefined;
  readonly notificationCount: number;
  readonly highlightCount: number;
  /** What the client itself knows to be unread. */
  readonly unread: KnownUnread;
  /** The last event that somebody would call a message. */
  readonly latest: ClientEventWithoutRoomId | undefined;
  /** The last event of the timeline, whatever it is. */
  readonly lastEventId: EventId | undefined;
  /** Time of the last event; 0 if there is none. */
  readonly lastTs: number;
  /** Whether the state holds every member. */
  readonly allMembers: boolean;
  /** The user's own receipt. */
  readonly ownReceipt: ReadUpTo | undefined;
  /** Account data of the room, by type. */
  readonly accountData: Readonly<Record<string, JsonObject>>;
}

/** All that the client knows of a room. Immutable: a sync makes a new one. */
export interface RoomData extends RoomSummaryData {
  readonly state: RoomState;
  readonly typing: readonly UserId[];
  /** The latest receipts of others, at most {@link maxReceipts}. */
  readonly receipts: ReadonlyMap<UserId, ReadUpTo>;
}

/** All that the client knows. Immutable: a sync makes a new one. */
export interface BaseState {
  readonly rooms: ReadonlyMap<RoomId, RoomData>;
  /** Account data that is tied to no room, by type. */
  readonly accountData: ReadonlyMap<string, JsonObject>;
}

/** Receipts kept for one room; the oldest go first. */
export const maxReceipts = 500;

/** Nothing is known to be unread. */
export const nothingUnread: KnownUnread = { events: [], older: [0, 0, 0], isWhole: false };

/** Knows nothing. */
export const emptyBaseState: BaseState = { rooms: new Map(), accountData: new Map() };

/** Makes a room of which nothing is known. */
export function emptyRoomData(id: RoomId): RoomData {
  return {
    id,
    membership: "leave",
    heroes: [],
    joinedCount: undefined,
    invitedCount: undefined,
    notificationCount: 0,
    highlightCount: 0,
    unread: nothingUnread,
    latest: undefined,
    lastEventId: undefined,
    lastTs: 0,
    allMembers: false,
    ownReceipt: undefined,
    accountData: {},
    state: new Map(),
    typing: [],
    receipts: new Map(),
  };
}

/** The part of a room that is kept as one row. */
export function toSummaryData({ state: _state, typing: _typing, receipts: _receipts, ...summary }: RoomData): RoomSummaryData {
  return summary;
}

/** The content of a state event, as the server sent it; `undefined` if there is none. */
export function stateContent(room: RoomData, type: string, stateKey = ""): JsonObject | undefined {
  return room.state.get(type)?.get(stateKey)?.content;
}

/** A member of an object that should be a non-empty text. */
export function textOf(object: unknown, key: string): string | undefined {
  const value = isJsonObject(object) ? object[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Tells whether a text is a membership. */
export function isRoomMembership(value: unknown): value is RoomMembership {
  return value === "join" || value === "invite" || value === "knock" || value === "leave" || value === "ban";
}
