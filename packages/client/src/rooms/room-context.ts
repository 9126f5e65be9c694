import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import type { BaseState, RoomData } from "../base/room-data.ts";
import type { RequestSender } from "../http/http-client.ts";
import type { Media } from "../media/media.ts";
import type { SendRequest } from "../outbox/outbox-item.ts";
import type { Sending } from "../outbox/sending.ts";

/** What handles of rooms and events work with. */
export interface RoomContext {
  readonly http: RequestSender;
  readonly media: Media;
  /** Who is logged in. @throws {ClientError} `NOT_LOGGED_IN`. */
  readonly userId: () => UserId;
  /** What is known now. */
  readonly base: () => BaseState;
  readonly enqueue: (request: SendRequest) => Sending;
  /** Takes in members that were fetched. */
  readonly addMembers: (roomId: RoomId, members: readonly ClientEventWithoutRoomId[]) => Promise<RoomData>;
  /** Forgets a room. */
  readonly forget: (roomId: RoomId) => Promise<void>;
}
