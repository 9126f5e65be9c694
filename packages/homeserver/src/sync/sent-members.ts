import { LruCache } from "../log/lru-cache.ts";

/**
 * Which members of which rooms each device has been sent, for lazy loading. It is only a memory: losing it means that
 * some members are sent again.
 */
export class SentMembers {
  readonly #sent = new LruCache<string, Set<number>>(20_000);

  /** Forgets what a device was sent of a room, since it starts afresh. */
  reset(deviceNid: number, roomNid: number): void {
    this.#sent.delete(`${deviceNid} ${roomNid}`);
  }

  /** Keeps the members that the device has not been sent, and notes them as sent. */
  unsent(deviceNid: number, roomNid: number, userNids: Iterable<number>): number[] {
    const key = `${deviceNid} ${roomNid}`;
    let sent = this.#sent.get(key);
    if (!sent) {
      sent = new Set();
      this.#sent.set(key, sent);
    }
    const fresh: number[] = [];
    for (const nid of userNids) {
      if (sent.has(nid)) continue;
      sent.add(nid);
      fresh.push(nid);
    }
    return fresh;
  }
}
