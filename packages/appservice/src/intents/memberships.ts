import { MatrixError } from "@patrix/api";
import type { RequestSender } from "@patrix/client";
import { inviteUser, joinRoom } from "@patrix/client-api";
import { LruCache, SingleFlight } from "@patrix/concurrency";
import type { ClientEvent } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";

/** How many memberships are remembered; others are asked for again. */
const REMEMBERED_MEMBERSHIPS = 100_000;

/** Who is joined to which room, as far as it is known, and how those get in who are not. */
export class Memberships {
  readonly #joined = new LruCache<string, true>(REMEMBERED_MEMBERSHIPS);
  readonly #flights = new SingleFlight<string, void>();

  /** Learns from what the homeserver tells. */
  note({ type, room_id: roomId, state_key: userId, content }: ClientEvent): void {
    if (type !== "m.room.member" || userId === undefined) return;
    if (content["membership"] === "join") this.#joined.set(keyOf(roomId, userId), true);
    else this.#joined.delete(keyOf(roomId, userId));
  }

  /** Learns that somebody is joined. */
  add(roomId: RoomId, userId: UserId): void {
    this.#joined.set(keyOf(roomId, userId), true);
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
    if (this.#joined.get(key)) return;
    await this.#flights.run(key, async () => {
      const join = () => http.send(joinRoom, { path: { roomIdOrAlias: roomId } }, { idempotent: true });
      try {
        await join();
      } catch (error) {
        if (!MatrixError.is(error, "M_FORBIDDEN") || !inviter) throw error;
        await inviter.send(inviteUser, { path: { roomId }, body: { user_id: userId } }, { idempotent: true });
        await join();
      }
      this.#joined.set(key, true);
    });
  }
}

function keyOf(roomId: string, userId: string): string {
  return `${roomId} ${userId}`;
}
