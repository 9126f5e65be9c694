import type { JsonObject } from "@patrix/api";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import type { Session } from "../auth/session.ts";
import type { RequestSender } from "../http/http-client.ts";
import { type Subscription, subscription } from "../live/subscription.ts";
import { createPlainTextGuard } from "../rooms/plain-text-guard.ts";
import type { KnownRooms } from "./known-rooms.ts";
import type { Taken } from "./taken.ts";

/** What stands between the events of a client and the server. */
export interface Cipher {
  /** Gets ready for the device that is logged in. */
  start(): Promise<void>;
  /** Lets go of the keys, and deletes those of a device that is logged out. */
  close(options?: { readonly forget?: Session | undefined }): Promise<void>;
  /** Takes in what a sync brought, and decrypts it. */
  takeIn(taken: Taken, incremental: boolean): Promise<Taken>;
  /** Decrypts an event that was fetched, where that is possible. */
  reveal(roomId: RoomId, event: ClientEventWithoutRoomId): Promise<ClientEventWithoutRoomId>;
  /** Calls back when keys have come, by which events may be decrypted that could not be before. */
  watchKeys(callback: () => void): Subscription;
  /** Whether files for a room have to be encrypted. @throws {ClientError} If none may be sent. */
  admit(roomId: RoomId, type: string): Promise<boolean>;
  /** Gives who is about to be invited the keys of the history, where it is theirs to see. Never rejects: the invite matters more. */
  invite(roomId: RoomId, userId: UserId): Promise<void>;
  /** Joins, and takes the keys of the history from who has invited. */
  join<T>(roomId: RoomId, inviter: UserId | undefined, join: () => Promise<T>): Promise<T>;
  /** Makes what leaves of an event. @throws {ClientError} If nothing may. */
  seal(roomId: RoomId, event: { readonly type: string; readonly content: JsonObject }): Promise<{ type: string; content: JsonObject }>;
}

/** Of a client without encryption: nothing is decrypted, and nothing goes into encrypted rooms. */
export function noCipher(http: RequestSender, rooms: KnownRooms): Cipher {
  const guard = createPlainTextGuard(http, rooms);
  return {
    start: async () => {},
    close: async () => {},
    takeIn: async (taken) => taken,
    reveal: async (_, event) => event,
    watchKeys: () => subscription(() => {}),
    async admit(roomId, type) {
      await guard(roomId, type);
      return false;
    },
    invite: async () => {},
    join: (_, __, join) => join(),
    async seal(roomId, event) {
      await guard(roomId, event.type);
      return event;
    },
  };
}
