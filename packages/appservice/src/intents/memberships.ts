import { MatrixError } from "@patrix/api";
import type { RequestSender } from "@patrix/client";
import { inviteUser, joinRoom } from "@patrix/client-api";
import { LruCache, SingleFlight } from "@patrix/concurrency";
import type { ClientEvent } from "@patrix/events";
import { isUserId, type RoomId, type UserId } from "@patrix/identifiers";

/** How many memberships are remembered; others are asked for again. */
const REMEMBERED_MEMBERSHIPS = 100_000;

/** Who is joined to which room, as far as it is known, and how those get in who are not. */
export class Memberships {
  /** By which of all joins that were heard of they are in. */
  readonly #joined = new LruCache<string, number>(REMEMBERED_MEMBERSHIPS);
  readonly #flights = new SingleFlight<string, void>();
  #joins = 0;

  /** Learns from what the homeserver tells. */
  note({ type, room_id: roomId, state_key: userId, content }: ClientEvent): void {
    if (type !== "m.room.member" || !isUserId(userId)) return;
    if (content["membership"] === "join") this.add(roomId, userId);
    else this.forget(roomId, userId);
  }

  /** Learns that somebody is joined. */
  add(roomId: RoomId, userId: UserId): void {
    const key = keyOf(roomId, userId);
    if (this.#joined.get(key) === undefined) this.#joined.set(key, (this.#joins += 1));
  }

  /** By which join somebody is in a room: another number says that the user may have been out of it meanwhile. */
  joinOf(roomId: RoomId, userId: UserId): number | undefined {
    return this.#joined.get(keyOf(roomId, userId));
  }

  /** Forgets that somebody is joined. */
  forget(roomId: RoomId, userId: UserId): void {
    this.#joined.delete(keyOf(roomId, userId));
  }

  /**
   * Makes sure that a user is joined. A room that does not let the user in is entered by an invite of the inviter, if there is one.
   *
   * @throws {MatrixError} `M_FORBIDDEN` where neither works.
   */
  async ensureJoined(roomId: RoomId, userId: UserId, { http, inviter }: { http: RequestSender; inviter?: RequestSender }): Promise<void> {
    const key = keyOf(roomId, userId);
    if (this.#joined.get(key) !== undefined) return;
    await this.#flights.run(key, async () => {
      const join = () => http.send(joinRoom, { path: { roomIdOrAlias: roomId } }, { idempotent: true });
      try {
        await join();
      } catch (error) {
        if (!MatrixError.is(error, "M_FORBIDDEN") || !inviter) throw error;
        await inviter.send(inviteUser, { path: { roomId }, body: { user_id: userId } }, { idempotent: true });
        await join();
      }
      this.add(roomId, userId);
    });
  }
}

function keyOf(roomId: string, userId: string): string {
  return `${roomId} ${userId}`;
}
