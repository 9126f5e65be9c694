import type { AnyBody, TestHomeserver, TestUser } from "@patrix/homeserver/testing";

/** A message as somebody sees it. */
export interface SeenMessage {
  readonly roomId: string;
  readonly sender: string;
  readonly body: string;
}

/** A person at a client: joins whatever they are invited to, and reads along. */
export class RoomWatcher {
  readonly seen: SeenMessage[] = [];
  /** The rooms that were joined on an invite, in order. */
  readonly joined: string[] = [];
  readonly #server: TestHomeserver;
  readonly #user: TestUser;
  #since: string | undefined;
  #count = 0;

  constructor(server: TestHomeserver, user: TestUser) {
    this.#server = server;
    this.#user = user;
  }

  /** Says something. */
  async say(roomId: string, body: string): Promise<void> {
    const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${this.#count++}`;
    await this.#server.requestAs(this.#user, "PUT", path, { msgtype: "m.text", body });
  }

  /** Reads along until something holds. @throws If it does not in a while. */
  async until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (Date.now() > deadline) throw new Error(`${what}: not seen, but ${JSON.stringify(this.seen.slice(-10))}`);
      await this.#sync();
    }
  }

  async #sync(): Promise<void> {
    const since = this.#since === undefined ? "" : `&since=${this.#since}`;
    const { body } = await this.#server.requestAs(this.#user, "GET", `/sync?timeout=1000${since}`);
    this.#since = String(body["next_batch"]);
    const rooms = body["rooms"] as unknown as Record<string, Record<string, AnyBody>> | undefined;
    for (const roomId of Object.keys(rooms?.["invite"] ?? {})) {
      const { status } = await this.#server.requestAs(this.#user, "POST", `/join/${encodeURIComponent(roomId)}`, {});
      if (status === 200) this.joined.push(roomId);
    }
    for (const [roomId, room] of Object.entries(rooms?.["join"] ?? {}))
      for (const event of (room["timeline"]?.["events"] as unknown as AnyBody[] | undefined) ?? [])
        if (String(event["type"]) === "m.room.message")
          this.seen.push({ roomId, sender: String(event["sender"]), body: String(event["content"]?.["body"]) });
  }
}
