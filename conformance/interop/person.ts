import { setTimeout as sleep } from "node:timers/promises";
import type { AnyBody } from "@patrix/homeserver/testing";
import type { DayServer } from "./peer.ts";

/** How long something may take until it is seen on the other side, in milliseconds: servers leave one alone that was away. */
const PATIENCE_MS = 120_000;

/** An event as a client gets it. */
export interface SeenEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: AnyBody;
  readonly unsigned?: AnyBody;
  readonly redacts?: string;
}

/** An answer that is not a success. */
export class RefusedError extends Error {
  readonly status: number;
  readonly errcode: string;

  constructor(request: string, status: number, body: AnyBody) {
    super(`${request} was answered with ${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.errcode = String(body["errcode"]);
  }
}

/** Somebody with an account at one of the servers, who syncs as clients do. */
export class Person {
  readonly server: DayServer;
  readonly userId: string;
  readonly accessToken: string;
  readonly deviceId: string;
  /** Everything that timelines of syncs brought, by room. */
  readonly timelines = new Map<string, SeenEvent[]>();
  /** The newest ephemeral event of a room, by its ID and the type. */
  readonly ephemeral = new Map<string, AnyBody>();
  readonly invites = new Set<string>();
  readonly knocks = new Set<string>();
  /** Rooms that this person has left, or was put out of. */
  readonly left = new Set<string>();
  /** The newest presence of others. */
  readonly presence = new Map<string, AnyBody>();
  readonly #roomVersion: string;
  #since: string | undefined;
  #syncing: Promise<void> | undefined;
  #sent = 0;

  private constructor(
    server: DayServer,
    roomVersion: string,
    { userId, accessToken, deviceId }: Pick<Person, "userId" | "accessToken" | "deviceId">,
  ) {
    this.server = server;
    this.#roomVersion = roomVersion;
    this.userId = userId;
    this.accessToken = accessToken;
    this.deviceId = deviceId;
  }

  /** Makes an account, with the password `secret of the day`. @param roomVersion - Of the rooms that this person makes. */
  static async register(server: DayServer, username: string, roomVersion: string): Promise<Person> {
    const answer = await fetch(`${server.url}/_matrix/client/v3/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password: "secret of the day", auth: { type: "m.login.dummy" } }),
    });
    const body = (await answer.json()) as AnyBody;
    if (!answer.ok) throw new RefusedError(`registration of ${username}`, answer.status, body);
    return new Person(server, roomVersion, {
      userId: String(body["user_id"]),
      accessToken: String(body["access_token"]),
      deviceId: String(body["device_id"]),
    });
  }

  /** Sends a request to the client-server API. @param path - Behind `/_matrix/client/v3`, or a whole one. @throws {@link RefusedError} */
  async request<Body = AnyBody>(method: string, path: string, body?: unknown): Promise<Body> {
    const bytes = await this.download(method, path, body);
    return JSON.parse(bytes.toString()) as Body;
  }

  /** The same for an answer that is not JSON. */
  async download(method: string, path: string, body?: unknown): Promise<Buffer> {
    const isBytes = body instanceof Uint8Array;
    const answer = await fetch(this.server.url + (path.startsWith("/_matrix/") ? path : `/_matrix/client/v3${path}`), {
      method,
      headers: { authorization: `Bearer ${this.accessToken}`, "content-type": isBytes ? "image/png" : "application/json" },
      ...(body !== undefined && { body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) throw new RefusedError(`${method} ${path}`, answer.status, asJson(bytes));
    return bytes;
  }

  /** How a request is refused; what was answered if it is not. */
  async refusal(method: string, path: string, body?: unknown): Promise<string> {
    try {
      return JSON.stringify(await this.request(method, path, body));
    } catch (error) {
      if (error instanceof RefusedError) return `${error.status} ${error.errcode}`;
      throw error;
    }
  }

  /** Makes a room. @returns Its ID. */
  async createRoom(settings: object): Promise<string> {
    return String((await this.request("POST", "/createRoom", { room_version: this.#roomVersion, ...settings }))["room_id"]);
  }

  /** Joins by ID or alias. @returns The ID. */
  async join(room: string, via: readonly DayServer[] = []): Promise<string> {
    const servers = via.map(({ serverName }) => `via=${encodeURIComponent(serverName)}&server_name=${encodeURIComponent(serverName)}`);
    return String((await this.request("POST", `/join/${encodeURIComponent(room)}?${servers.join("&")}`, {}))["room_id"]);
  }

  /** Sends an event. @returns Its ID. */
  async send(room: string, content: object, type = "m.room.message"): Promise<string> {
    const path = `/rooms/${encodeURIComponent(room)}/send/${type}/day-${this.#sent++}`;
    return String((await this.request("PUT", path, content))["event_id"]);
  }

  /** Sends a message. @returns Its ID. */
  say(room: string, body: string): Promise<string> {
    return this.send(room, { msgtype: "m.text", body });
  }

  /** Changes the state of a room. @returns The ID of the event. */
  async setState(room: string, type: string, content: object, key = ""): Promise<string> {
    const path = `/rooms/${encodeURIComponent(room)}/state/${type}/${encodeURIComponent(key)}`;
    return String((await this.request("PUT", path, content))["event_id"]);
  }

  /** The state of a room as the server has it: IDs by type and key, in their order. */
  async stateOf(room: string): Promise<Record<string, string>> {
    const events = await this.request<SeenEvent[]>("GET", `/rooms/${encodeURIComponent(room)}/state`);
    const entries = events.map(({ type, state_key: key = "", event_id: id }) => [`${type} ${key}`, id] as const);
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What somebody is in a room, as the server has it. */
  async membershipOf(room: string, { userId }: Person): Promise<string> {
    return String(
      (await this.request("GET", `/rooms/${encodeURIComponent(room)}/state/m.room.member/${encodeURIComponent(userId)}`))["membership"],
    );
  }

  /** Events of a room as this person sees them when they page back, the oldest first. */
  async history(room: string): Promise<SeenEvent[]> {
    const found: SeenEvent[] = [];
    let from = "";
    for (;;) {
      type Page = { chunk: SeenEvent[]; end?: string };
      const { chunk, end } = await this.request<Page>("GET", `/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100${from}`);
      found.push(...chunk);
      if (end === undefined || (chunk.length === 0 && `&from=${end}` === from)) return found.toReversed();
      from = `&from=${encodeURIComponent(end)}`;
    }
  }

  /** Syncs until something is there. @throws If it is not in a while. */
  async until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (Date.now() > deadline) throw new Error(`${this.userId} does not see ${what}`);
      await this.#sync();
    }
  }

  /** Syncs until a room has an event, which may be told from others. */
  untilEvent(what: string, room: string, is: (event: SeenEvent) => boolean): Promise<SeenEvent> {
    return this.until(what, () => this.timelines.get(room)?.find(is));
  }

  /** Texts of the messages that syncs brought. */
  bodies(room: string): string[] {
    return (this.timelines.get(room) ?? []).filter(({ type }) => type === "m.room.message").map(({ content }) => String(content["body"]));
  }

  /** Whoever waits at the same time waits for the same sync. */
  #sync(): Promise<void> {
    return (this.#syncing ??= this.#syncOnce().finally(() => (this.#syncing = undefined)));
  }

  async #syncOnce(): Promise<void> {
    const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 1_000 } } }));
    const since = this.#since === undefined ? "" : `&since=${encodeURIComponent(this.#since)}`;
    let body: SyncBody;
    try {
      body = await this.request<SyncBody>("GET", `/sync?timeout=500&filter=${filter}${since}`);
    } catch (error) {
      // The server is away.
      if (error instanceof RefusedError) throw error;
      await sleep(100);
      return;
    }
    const { next_batch: next, rooms, presence } = body;
    this.#since = next;
    for (const [room, { timeline, ephemeral }] of Object.entries({ ...rooms?.["join"], ...rooms?.["leave"] })) {
      for (const known of [this.invites, this.knocks, this.left]) known.delete(room);
      const seen = this.timelines.get(room) ?? [];
      this.timelines.set(room, seen);
      seen.push(...(timeline?.events ?? []));
      for (const event of ephemeral?.events ?? []) this.ephemeral.set(`${room} ${event.type}`, event.content);
    }
    // Somebody may have left in the same time in which they were invited again.
    for (const room of Object.keys(rooms?.["leave"] ?? {})) this.left.add(room);
    for (const room of Object.keys(rooms?.["knock"] ?? {})) this.knocks.add(room);
    for (const room of Object.keys(rooms?.["invite"] ?? {})) this.invites.add(room);
    for (const { sender, content } of presence?.events ?? []) this.presence.set(sender, content);
  }
}

interface SyncedRoom {
  readonly timeline?: { readonly events?: readonly SeenEvent[] };
  readonly ephemeral?: { readonly events?: readonly SeenEvent[] };
}

interface SyncBody {
  readonly next_batch: string;
  readonly rooms?: Readonly<Record<string, Readonly<Record<string, SyncedRoom>>>>;
  readonly presence?: { readonly events?: readonly SeenEvent[] };
}

function asJson(bytes: Buffer): AnyBody {
  try {
    return JSON.parse(bytes.toString()) as AnyBody;
  } catch {
    return { error: bytes.toString().slice(0, 200) } as unknown as AnyBody;
  }
}
