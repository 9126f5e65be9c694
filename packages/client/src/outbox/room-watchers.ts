import type { RoomId } from "@patrix/identifiers";
import { type Subscription, subscription } from "../live/subscription.ts";

/** Who wants to hear of changes in rooms. */
export class RoomWatchers {
  readonly #watchers = new Set<{ readonly roomId: RoomId; readonly callback: () => void }>();

  /** Calls back after each change in a room. */
  watch(roomId: RoomId, callback: () => void): Subscription {
    const watcher = { roomId, callback };
    this.#watchers.add(watcher);
    return subscription(() => this.#watchers.delete(watcher));
  }

  /** Something has changed in a room, or in any of them. */
  tell(roomId: RoomId | undefined): void {
    for (const watcher of this.#watchers) if (roomId === undefined || watcher.roomId === roomId) watcher.callback();
  }
}
