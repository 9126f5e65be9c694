// A homeserver in a hundred lines, for the client's own tests: one process, memory, and only what they ask for.
import { type AnyEndpoint, type Endpoint, MatrixError, matrixError } from "@patrix/api";
import {
  createRoom,
  defineFilter,
  getContentAuthed,
  getMembersByRoom,
  getOneRoomEvent,
  getRelatingEventsWithRelTypeAndEventType,
  getRoomStateWithKey,
  getTokenOwner,
  getUserProfile,
  getVersions,
  getWellknown,
  inviteUser,
  joinRoom,
  joinRoomById,
  leaveRoom,
  login,
  logout,
  postReceipt,
  redactEvent,
  refreshToken,
  register,
  sendMessage,
  setAccountData,
  setProfileField,
  setRoomStateWithKey,
  setTyping,
  sync,
  uploadContent,
  type JoinedRoom,
} from "@patrix/client-api";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";

type Handler = (request: never, user: UserId, token: string) => unknown;
interface MiniRoom {
  readonly id: RoomId;
  readonly events: (ClientEventWithoutRoomId & { at: number })[];
  readonly receipts: { at: number; user: UserId; eventId: string }[];
}

/** Answers requests of the client-server API. */
export class MiniHomeserver {
  readonly url = "https://hs.example.org";
  readonly requests: string[] = [];
  readonly tokens = new Map<string, { user: UserId; device: string; expired?: boolean }>();
  readonly rooms = new Map<RoomId, MiniRoom>();
  readonly #passwords = new Map<string, string>();
  readonly #media = new Map<string, Uint8Array>();
  readonly #profiles = new Map<UserId, Record<string, unknown>>();
  readonly #accountData: { at: number; user: UserId; type: string; content: object }[] = [];
  readonly #transactions = new Map<string, string>();
  readonly #routes: { method: string; pattern: RegExp; endpoint: AnyEndpoint; handler: Handler }[] = [];
  readonly #waiting = new Set<() => void>();
  #clock = 0;
  /** Time of the next events. */
  now = 1_000_000;
  /** Answers in the place of the server, when it answers. */
  intercept: ((path: string, init: RequestInit | undefined) => Response | undefined | Promise<Response | undefined>) | undefined;

  constructor(users: readonly string[] = []) {
    for (const user of users) this.#passwords.set(user, `${user}-password`);
    this.#mountAccounts();
    this.#mountRooms();
    this.#mountSync();
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    init?.signal?.throwIfAborted();
    const url = new URL(input instanceof Request ? input.url : input);
    this.requests.push(`${init?.method ?? "GET"} ${url.pathname}`);
    const other = await this.intercept?.(url.pathname, init);
    if (other) return other;
    const answer = this.#answer(url, init);
    const { signal } = init ?? {};
    return signal
      ? Promise.race([answer, new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))])
      : answer;
  };

  /** Makes a token that is no longer known. */
  forgetTokens(): void {
    this.tokens.clear();
    this.#wake();
  }

  async #answer(url: URL, init: RequestInit | undefined): Promise<Response> {
    const headers = new Headers(init?.headers);
    const body = typeof init?.body === "string" ? JSON.parse(init.body) : init?.body;
    try {
      for (const { method, pattern, endpoint, handler } of this.#routes) {
        const match = method === init?.method ? pattern.exec(url.pathname) : null;
        if (!match) continue;
        const params = Object.fromEntries(Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]));
        const request = endpoint.parseRequest({ params, query: url.searchParams, headers: Object.fromEntries(headers), body });
        const token = headers.get("authorization")?.replace("Bearer ", "") ?? "";
        const owner = this.tokens.get(token);
        if (endpoint.auth === "accessToken" && (!owner || owner.expired))
          throw matrixError("M_UNKNOWN_TOKEN", "unknown token", { soft_logout: owner !== undefined });
        const written = endpoint.response(await handler(request as never, owner?.user ?? "@nobody:x", token));
        return new Response(written.body as string, { status: written.status, headers: written.headers });
      }
      throw matrixError("M_UNRECOGNIZED", `${init?.method} ${url.pathname}`);
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error;
      return Response.json(error.body, { status: error.status });
    }
  }

  #on<Req, Res>(endpoint: Endpoint<Req, Res>, handler: (request: Req, user: UserId, token: string) => Res | Promise<Res>): void {
    for (const { method, path } of endpoint.routes) {
      const pattern = new RegExp(`^${path.replaceAll(".", String.raw`\.`).replace(/\{(\w+)\}/g, "(?<$1>[^/]*)")}$`);
      this.#routes.push({ method, pattern, endpoint, handler });
    }
  }

  #begin(user: UserId, device: string | undefined) {
    const token = `token${(this.#clock += 1)}`;
    this.tokens.set(token, { user, device: device ?? `D${this.#clock}` });
    return { user_id: user, access_token: token, device_id: this.tokens.get(token)!.device, refresh_token: `refresh-${token}` };
  }

  #mountAccounts(): void {
    this.#on(getWellknown, () => ({ "m.homeserver": { base_url: this.url } }));
    this.#on(getVersions, () => ({ versions: ["v1.1", "v1.11", "v1.19"] }));
    this.#on(getTokenOwner, (_, user, token) => ({ user_id: user, device_id: this.tokens.get(token)!.device }));
    this.#on(login, ({ body }) => {
      const name = body.identifier?.user?.replace(/^@|:.*$/g, "") ?? "";
      if (this.#passwords.get(name) !== body.password) throw matrixError("M_FORBIDDEN", "wrong");
      return this.#begin(`@${name}:example.org`, body.device_id);
    });
    this.#on(register, ({ body }) => {
      if (body?.auth?.type !== "m.login.dummy")
        throw new MatrixError(401, "M_UNKNOWN", "", { flows: [{ stages: ["m.login.dummy"] }], session: "s" });
      this.#passwords.set(body.username!, body.password!);
      return this.#begin(`@${body.username}:example.org`, undefined);
    });
    this.#on(refreshToken, ({ body }) => {
      const old = body.refresh_token.replace("refresh-", "");
      const owner = this.tokens.get(old);
      if (!owner) throw matrixError("M_UNKNOWN_TOKEN", "no");
      this.tokens.delete(old);
      const { access_token, refresh_token } = this.#begin(owner.user, owner.device);
      return { access_token, refresh_token };
    });
    this.#on(logout, (_, _user, token) => (this.tokens.delete(token), {}));
    this.#on(defineFilter, () => ({ filter_id: "1" }));
    this.#on(setProfileField, ({ path, body }) => (this.#profiles.set(path.userId, { ...this.#profiles.get(path.userId), ...body }), {}));
    this.#on(getUserProfile, ({ path }) => this.#profiles.get(path.userId) ?? {});
    this.#on(
      setAccountData,
      ({ path, body }, user) => (this.#accountData.push({ at: this.#tick(), user, type: path.type, content: body }), this.#wake(), {}),
    );
    this.#on(
      uploadContent,
      ({ body }) => (this.#media.set(String((this.#clock += 1)), body), { content_uri: `mxc://example.org/${this.#clock}` as const }),
    );
    this.#on(getContentAuthed, ({ path }) => {
      const body = this.#media.get(path.mediaId);
      if (!body) throw matrixError("M_NOT_FOUND", "no such media");
      return { body, contentType: "text/plain" };
    });
  }

  #mountRooms(): void {
    this.#on(createRoom, ({ body = {} }, user) => {
      const room: MiniRoom = { id: `!r${(this.#clock += 1)}:example.org`, events: [], receipts: [] };
      this.rooms.set(room.id, room);
      this.#state(room, user, "m.room.create", "", { room_version: "11", ...body.creation_content });
      this.#state(room, user, "m.room.member", user, { membership: "join" });
      this.#state(room, user, "m.room.power_levels", "", { users: { [user]: 100 } });
      if (body.name !== undefined) this.#state(room, user, "m.room.name", "", { name: body.name });
      for (const { type, state_key = "", content } of body.initial_state ?? []) this.#state(room, user, type, state_key, content);
      for (const id of body.invite ?? []) this.#state(room, user, "m.room.member", id, { membership: "invite", is_direct: body.is_direct });
      return { room_id: room.id };
    });
    const join = (id: string, user: UserId) => (
      this.#state(this.#room(id), user, "m.room.member", user, { membership: "join" }),
      { room_id: id as RoomId }
    );
    this.#on(joinRoomById, ({ path }, user) => join(path.roomId, user));
    this.#on(joinRoom, ({ path }, user) => join(path.roomIdOrAlias, user));
    this.#on(
      leaveRoom,
      ({ path }, user) => (this.#state(this.#room(path.roomId), user, "m.room.member", user, { membership: "leave" }), {}),
    );
    this.#on(
      inviteUser,
      ({ path, body }, user) => (this.#state(this.#room(path.roomId), user, "m.room.member", body.user_id, { membership: "invite" }), {}),
    );
    this.#on(setRoomStateWithKey, ({ path, body }, user) => ({
      event_id: this.#state(this.#room(path.roomId), user, path.eventType, path.stateKey, body).event_id,
    }));
    this.#on(sendMessage, ({ path, body }, user, token) => ({
      event_id: this.#once(`${token} ${path.txnId}`, () => this.#add(this.#room(path.roomId), user, path.eventType, body)),
    }));
    this.#on(redactEvent, ({ path, body }, user, token) => ({
      event_id: this.#once(`${token} ${path.txnId}`, () =>
        this.#add(this.#room(path.roomId), user, "m.room.redaction", { ...body, redacts: path.eventId }),
      ),
    }));
    this.#on(getOneRoomEvent, ({ path }) => {
      const event = this.#room(path.roomId).events.find(({ event_id }) => event_id === path.eventId);
      if (!event) throw matrixError("M_NOT_FOUND", "no such event");
      return { ...event, room_id: path.roomId };
    });
    this.#on(getRoomStateWithKey, ({ path }) => {
      const event = this.#room(path.roomId).events.findLast(
        ({ type, state_key }) => type === path.eventType && state_key === path.stateKey,
      );
      if (!event) throw matrixError("M_NOT_FOUND", "no such state");
      return event.content;
    });
    this.#on(getMembersByRoom, ({ path }) => ({
      chunk: this.#room(path.roomId)
        .events.filter(({ type }) => type === "m.room.member")
        .map((event) => ({ ...event, room_id: path.roomId })),
    }));
    this.#on(getRelatingEventsWithRelTypeAndEventType, ({ path }) => ({
      chunk: this.#room(path.roomId)
        .events.filter((event) => (event.content["m.relates_to"] as { event_id?: string })?.event_id === path.eventId)
        .map((event) => ({ ...event, room_id: path.roomId })),
    }));
    this.#on(setTyping, () => ({}));
    this.#on(
      postReceipt,
      ({ path }, user) => (this.#room(path.roomId).receipts.push({ at: this.#tick(), user, eventId: path.eventId }), this.#wake(), {}),
    );
  }

  #mountSync(): void {
    this.#on(sync, async ({ query = {} }, user, token) => {
      const since = Number(query.since ?? 0);
      for (;;) {
        if (!this.tokens.has(token)) throw matrixError("M_UNKNOWN_TOKEN", "forgotten");
        const rooms = this.#roomsOf(user, since);
        const account = this.#accountData.filter((entry) => entry.user === user && entry.at > since);
        if (rooms.count > 0 || account.length > 0 || (query.timeout ?? 0) === 0)
          return {
            next_batch: String(this.#clock),
            rooms: rooms.sections,
            account_data: { events: account.map(({ type, content }) => ({ type, content: { ...content } })) },
          };
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    });
  }

  #roomsOf(user: UserId, since: number) {
    const sections = { join: {} as Record<RoomId, JoinedRoom>, invite: {} as Record<RoomId, object>, leave: {} as Record<RoomId, object> };
    let count = 0;
    for (const room of this.rooms.values()) {
      const fresh = room.events.filter(({ at }) => at > since);
      const receipts = room.receipts.filter(({ at }) => at > since);
      if (fresh.length + receipts.length === 0) continue;
      const own = room.events.findLast(({ type, state_key }) => type === "m.room.member" && state_key === user);
      const membership = own?.content["membership"];
      if (own === undefined || (membership !== "join" && own.at <= since) || (membership === "leave" && since === 0)) continue;
      count += 1;
      const state = [
        ...new Map(
          room.events.filter(({ state_key }) => state_key !== undefined).map((event) => [`${event.type} ${event.state_key}`, event]),
        ).values(),
      ];
      if (membership === "invite")
        sections.invite[room.id] = { invite_state: { events: state.filter((event) => event.type !== "m.room.message") } };
      else if (membership !== "join") sections.leave[room.id] = { timeline: { events: fresh } };
      else {
        const events = own.at > since ? room.events : fresh;
        const content = Object.fromEntries(
          receipts.map(({ user: reader, eventId }) => [eventId, { "m.read": { [reader]: { ts: this.now } } }]),
        );
        sections.join[room.id] = {
          timeline: { events },
          state_after: { events: state },
          ephemeral: { events: receipts.length > 0 ? [{ type: "m.receipt", content }] : [] },
        };
      }
    }
    return { sections, count };
  }

  #room(id: string): MiniRoom {
    const room = this.rooms.get(id as RoomId);
    if (!room) throw matrixError("M_NOT_FOUND", "no such room");
    return room;
  }

  #state(room: MiniRoom, sender: UserId, type: string, stateKey: string, content: object) {
    return this.#add(room, sender, type, content, { state_key: stateKey });
  }

  #add(room: MiniRoom, sender: UserId, type: string, content: object, more: object = {}) {
    const at = this.#tick();
    const event = { event_id: `$e${at}` as const, type, sender, origin_server_ts: (this.now += 1), content: { ...content }, at, ...more };
    room.events.push(event);
    this.#wake();
    return event;
  }

  #once(key: string, add: () => ClientEventWithoutRoomId) {
    const known = this.#transactions.get(key) ?? add().event_id;
    this.#transactions.set(key, known);
    return known as `$${string}`;
  }

  #tick(): number {
    return (this.#clock += 1);
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
