import { LruCache } from "@patrix/concurrency";

/** The most members that are remembered, over all devices and rooms. */
const REMEMBERED_MEMBERS = 500_000;
const none: readonly number[] = [];

/** The members of a room that a client was sent. */
interface Sent {
  /** From which position on it asked then, by member. */
  readonly members: Map<number, number>;
  /** The last of these positions. */
  last: number;
}

/**
 * Which members of which rooms each device has been sent, for lazy loading, and from which position on it asked then.
 * It is only a memory: losing it means that some members are sent again.
 */
export class SentMembers {
  readonly #sent = new LruCache<string, Sent>(REMEMBERED_MEMBERS);

  /** Forgets what a client, a device or a connection of one, was sent of a room, since it starts afresh. */
  reset(client: number | string, roomNid: number): void {
    this.#sent.delete(`${client} ${roomNid}`);
  }

  /**
   * Keeps the members that the client cannot have, and notes them as sent. A client that asks from a position on again
   * has not received the answer to its last request.
   */
  unsent(client: number | string, roomNid: number, above: number, userNids: Iterable<number>): readonly number[] {
    const key = `${client} ${roomNid}`;
    const sent = this.#sent.get(key) ?? { members: new Map<number, number>(), last: above };
    const { members } = sent;
    // What came with an answer that was lost may not come with this one.
    if (sent.last >= above) for (const [nid, before] of members) if (before >= above) members.delete(nid);
    let fresh: number[] | undefined;
    for (const nid of userNids) {
      if (members.has(nid)) continue;
      members.set(nid, above);
      (fresh ??= []).push(nid);
    }
    if (!fresh) return none;
    sent.last = above;
    this.#sent.set(key, sent, members.size + 1);
    return fresh;
  }
}
