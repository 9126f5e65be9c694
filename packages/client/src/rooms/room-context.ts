import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { EventId, RoomId, UserId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import type { BaseState, RoomData } from "../base/room-data.ts";
import type { Media, MediaSender } from "../media/media.ts";
import type { PendingEvent, SendRequest } from "../outbox/outbox-item.ts";
import type { Sending } from "../outbox/sending.ts";
import type { Poll } from "./poll.ts";
import type { Room, ThreadList, Timeline, TimelineOptions } from "./room.ts";

/** What handles of rooms and events work with. */
export interface RoomContext {
  readonly http: MediaSender;
  readonly media: Media;
  /** Who is logged in. @throws {ClientError} `NOT_LOGGED_IN`. */
  readonly userId: () => UserId;
  /** What is known now. */
  readonly base: () => BaseState;
  readonly enqueue: (request: SendRequest) => Sending;
  /** What is on its way into a room, in order of asking. */
  readonly pendingIn: (roomId: RoomId) => readonly PendingEvent[];
  /** The ID that the server gave to an event, by the one that it had before. */
  readonly sentAs: (localId: EventId) => EventId | undefined;
  /** Decrypts an event that was fetched, where that is possible. */
  readonly reveal: (roomId: RoomId, event: ClientEventWithoutRoomId) => Promise<ClientEventWithoutRoomId>;
  /** Whether files for a room have to be encrypted. @throws {ClientError} `ROOM_IS_ENCRYPTED` if they cannot be. */
  readonly admitFile: (roomId: RoomId) => Promise<boolean>;
  /** Gets ready to invite somebody. */
  readonly inviting: (roomId: RoomId, userId: UserId) => Promise<void>;
  /** Joins a room, to which the user may be invited. */
  readonly joining: <T>(roomId: RoomId, join: () => Promise<T>) => Promise<T>;
  /** Takes in members that were fetched. */
  readonly addMembers: (roomId: RoomId, members: readonly ClientEventWithoutRoomId[]) => Promise<RoomData>;
  readonly openTimeline: (room: Room, options?: TimelineOptions) => Timeline;
  readonly openThreads: (room: Room, options?: Abortable) => ThreadList;
  readonly openPoll: (room: Room, id: EventId, options?: Abortable) => Poll;
  /** Forgets a room. */
  readonly forget: (roomId: RoomId) => Promise<void>;
}
