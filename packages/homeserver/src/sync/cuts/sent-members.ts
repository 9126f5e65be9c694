import { LruCache } from "@patrix/concurrency";

/** The most members that are remembered, over all devices and rooms. */
const REMEMBERED_MEMBERS = 500_000;

/**
 * Which members of which rooms each device has been sent, for lazy loading, and from which position on it asked then.
 * It is only a memory: losing it means that some members are sent again.
 */
export class SentMembers {
  readonly #sent = new LruCache<string, Map<number, number>>(REMEMBERED_MEMBERS);

  /** Forgets what a client, a device or a connection of one, was sent of a room, since it starts afresh. */
  reset(client: number | string, roomNid: number): void {
    this.#sent.delete(`${client} ${roomNid}`);
  }

  /**
   * Keeps the members that the client cannot have, and notes them as sent. A client that asks from a position on again
   * has not received the answer to its last request.
   */
  unsent(client: number | string, roomNid: number, above: number, userNids: Iterable<number>): number[] {
    const key = `${client} ${roomNid}`;
    const sent = this.#sent.get(key) ?? new Map<number, number>();
    // What came with an answer that was lost may not come with this one.
    for (const [nid, before] of sent) if (before >= above) sent.delete(nid);
    const fresh: number[] = [];
    for (const nid of userNids) {
      const before = sent.get(nid);
      if (before !== undefined && before < above) continue;
      sent.set(nid, above);
      fresh.push(nid);
    }
    if (fresh.length > 0) this.#sent.set(key, sent, sent.size + 1);
    return fresh;
  }
}
