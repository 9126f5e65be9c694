import type { AnyBody, TestHomeserver, TestUser } from "../../src/testing/index.ts";
import { type Actor, actors, eras, type Era, type RoomKind, threadRoots } from "./actors.ts";

/** A user of the matrix, with things of their own that others must not get at. */
export interface AccessUser extends TestUser {
  readonly filterId: string;
  readonly pendingMediaId: string;
  readonly backupVersion: string;
}

/** A room of the matrix. */
export interface AccessRoom {
  readonly roomId: string;
  readonly alias: string;
  /** The message of each era. */
  readonly eventIds: Readonly<Record<Era, string>>;
  /** Tokens of places, of each era the end. */
  readonly tokens: Readonly<Record<Era, string>>;
}

/** One pixel. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

const client = "/_matrix/client/v3";
const joiners: readonly Actor[] = ["moderator", "member", "left", "forgot", "banned", "guest"];
const invitees: readonly Actor[] = ["invited", "rejected invite", ...joiners];

/** Who came and went while others were not in. */
interface Visitors {
  /** In before the others are invited. */
  readonly early: TestUser;
  /** In once some have left. */
  readonly late: TestUser;
}

/** A server with one user for each actor, and rooms in which they have been what their names say. */
export class AccessWorld {
  readonly server: TestHomeserver;
  readonly users: Readonly<Record<Actor, AccessUser>>;
  /** Joined to every room, to be kicked and banned. */
  readonly target: TestUser;
  /** Banned from every room. */
  readonly outcast: TestUser;
  /** In no room. */
  readonly outsider: TestUser;
  readonly #visitors: Visitors;
  readonly #spaceId: string;
  readonly mediaId: string;
  /** A token of a sync. */
  readonly syncToken: string;
  #count = 0;
  #admin: TestUser | undefined;

  private constructor(
    server: TestHomeserver,
    parts: Pick<AccessWorld, "users" | "target" | "outcast" | "outsider" | "mediaId" | "syncToken">,
    more: { visitors: Visitors; spaceId: string },
  ) {
    this.server = server;
    this.users = parts.users;
    this.target = parts.target;
    this.outcast = parts.outcast;
    this.outsider = parts.outsider;
    this.mediaId = parts.mediaId;
    this.syncToken = parts.syncToken;
    this.#visitors = more.visitors;
    this.#spaceId = more.spaceId;
  }

  /** Who administrates the server. */
  static readonly adminId = "@admin:localhost";

  /** Registers everyone. */
  static async open(server: TestHomeserver): Promise<AccessWorld> {
    const users: Partial<Record<Actor, AccessUser>> = {};
    for (const actor of actors) users[actor] = await newUser(server, actor, actors.indexOf(actor));
    const member = users["member"] as AccessUser;
    const login = { type: "m.login.password", identifier: { type: "m.id.user", user: member.userId }, password: "secret" };
    const { body } = await server.request("POST", `${client}/login`, login);
    users["other device"] = { ...member, ...sessionOf(body) };
    const [target, outcast, outsider] = [
      await server.register("target"),
      await server.register("outcast"),
      await server.register("outsider"),
    ];
    const visitors = { early: await server.register("earlycomer"), late: await server.register("latecomer") };
    const owner = users["owner"] as AccessUser;
    const space = await server.request("POST", `${client}/createRoom`, { preset: "public_chat" }, owner.accessToken);
    const spaceId = String(space.body["room_id"]);
    await server.request("POST", `${client}/join/${spaceId}`, {}, users["in the space"]?.accessToken);
    const upload = await server.request("POST", "/_matrix/media/v3/upload", PNG, owner.accessToken);
    const mediaId = String(upload.body["content_uri"]).split("/").at(-1) ?? "";
    const all = users as Record<Actor, AccessUser>;
    const synced = await server.request("GET", `${client}/sync`, undefined, owner.accessToken);
    const syncToken = String(synced.body["next_batch"]);
    return new AccessWorld(server, { users: all, target, outcast, outsider, mediaId, syncToken }, { visitors, spaceId });
  }

  /** A fresh user that stands for an actor, for what ends sessions and accounts. */
  async freshUser(actor: Actor): Promise<AccessUser> {
    if (actor === "deactivated") return this.users.deactivated;
    const user = await newUser(this.server, actor, 1_000 + this.#count++);
    if (actor === "locked") await this.setLocked(user, true);
    return user;
  }

  /** Locks an account, or unlocks it. */
  async setLocked({ userId }: Pick<AccessUser, "userId">, locked: boolean): Promise<void> {
    this.#admin ??= await this.server.register("admin");
    const path = `/_matrix/client/v1/admin/lock/${userId}`;
    const { status, body } = await this.server.request("PUT", path, { locked }, this.#admin.accessToken);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  }

  /** Makes a room with the history of all actors, or of a few. */
  async room(kind: RoomKind, only: readonly Actor[] = actors): Promise<AccessRoom> {
    return new RoomHistory(this, kind, new Set(only), { spaceId: this.#spaceId, visitors: this.#visitors }).make();
  }

  /** Ends the account that is to be deactivated, which has been in a room. */
  async deactivate(): Promise<void> {
    const { userId, accessToken } = this.users.deactivated;
    await this.must("POST", `/join/${this.#spaceId}`, {}, accessToken);
    const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password: "secret" };
    await this.must("POST", "/account/deactivate", { auth }, accessToken);
  }

  /** A number that was not taken yet. */
  number(): number {
    return this.#count++;
  }

  /** Sends what must succeed. */
  async must(method: string, path: string, body: unknown, token: string): Promise<Record<string, string>> {
    const answer = await this.server.request<Record<string, string>>(method, client + path, body, token);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

interface HistoryParts {
  readonly spaceId: string;
  readonly visitors: Visitors;
}

/** Makes one room, era by era. */
class RoomHistory {
  readonly #world: AccessWorld;
  readonly #kind: RoomKind;
  readonly #only: ReadonlySet<Actor>;
  readonly #parts: HistoryParts;
  readonly #messages: Partial<Record<Era, string>> = {};
  #roomId = "";

  constructor(world: AccessWorld, kind: RoomKind, only: ReadonlySet<Actor>, parts: HistoryParts) {
    this.#world = world;
    this.#kind = kind;
    this.#only = only;
    this.#parts = parts;
  }

  async make(): Promise<AccessRoom> {
    const { target, outcast, users } = this.#world;
    const localpart = `room${this.#world.number()}`;
    await this.#create(localpart);
    for (const { userId } of [target, outcast]) await this.#byOwner("/invite", { user_id: userId });
    await this.#by(target, "/join");
    await this.#byOwner("/ban", { user_id: outcast.userId });
    const told: Partial<Record<Era, { readonly eventId: string; readonly token: string }>> = {};
    const steps: Readonly<Record<Era, () => Promise<void>>> = {
      before: async () => {
        await this.#byOwner("/invite", { user_id: this.#parts.visitors.early.userId });
        await this.#by(this.#parts.visitors.early, "/join");
      },
      invited: async () => {
        await this.#by(this.#parts.visitors.early, "/leave");
        await this.#inviteAll();
      },
      while: () => this.#joinAll(),
      away: () => this.#leaveAll(),
      after: async () => {},
    };
    for (const era of eras) {
      await steps[era]();
      told[era] = await this.#tell(era);
    }
    if (this.#only.has("forgot")) await this.#by(users.forgot, "/forget");
    const map = (pick: (one: { readonly eventId: string; readonly token: string }) => string): Record<Era, string> =>
      Object.fromEntries(Object.entries(told).map(([era, one]) => [era, pick(one)])) as Record<Era, string>;
    return {
      roomId: this.#roomId,
      alias: `#${localpart}:${this.#world.server.serverName}`,
      eventIds: map(({ eventId }) => eventId),
      tokens: map(({ token }) => token),
    };
  }

  async #create(localpart: string): Promise<void> {
    const { joinRule, published, visibility, inviteLevel } = this.#kind;
    const allow = [{ type: "m.room_membership", room_id: this.#parts.spaceId }];
    const state = (type: string, content: object): object => ({ type, state_key: "", content });
    const body = {
      visibility: published ? "public" : "private",
      preset: "private_chat",
      room_alias_name: localpart,
      power_level_content_override: { invite: inviteLevel, users: { [this.#world.users.moderator.userId]: 50 } },
      initial_state: [
        state("m.room.join_rules", { join_rule: joinRule, ...(joinRule === "restricted" && { allow }) }),
        state("m.room.history_visibility", { history_visibility: visibility[0] }),
      ],
    };
    const created = await this.#world.must("POST", "/createRoom", body, this.#world.users.owner.accessToken);
    this.#roomId = created["room_id"] ?? "";
  }

  async #inviteAll(): Promise<void> {
    const { users } = this.#world;
    for (const actor of invitees) if (this.#only.has(actor)) await this.#byOwner("/invite", { user_id: users[actor].userId });
    if (this.#kind.joinRule !== "knock") return;
    for (const actor of ["knocked", "retracted knock"] as const) if (this.#only.has(actor)) await this.#knock(users[actor]);
  }

  async #joinAll(): Promise<void> {
    for (const actor of joiners) if (this.#only.has(actor)) await this.#by(this.#world.users[actor], "/join");
    if (this.#only.has("other device") && !this.#only.has("member")) {
      await this.#byOwner("/invite", { user_id: this.#world.users.member.userId });
      await this.#by(this.#world.users.member, "/join");
    }
  }

  async #leaveAll(): Promise<void> {
    const { users } = this.#world;
    const leaving: readonly Actor[] = [
      "rejected invite",
      "left",
      "forgot",
      ...(this.#kind.joinRule === "knock" ? (["retracted knock"] as const) : []),
    ];
    for (const actor of leaving) if (this.#only.has(actor)) await this.#by(users[actor], "/leave");
    for (const actor of ["banned", "banned without joining"] as const)
      if (this.#only.has(actor)) await this.#byOwner("/ban", { user_id: users[actor].userId });
    await this.#byOwner("/invite", { user_id: this.#parts.visitors.late.userId });
    await this.#by(this.#parts.visitors.late, "/join");
  }

  /** Plants the markers of an era. */
  async #tell(era: Era): Promise<{ eventId: string; token: string }> {
    const { users } = this.#world;
    const { accessToken } = users.owner;
    const visibility = this.#kind.visibility[eras.indexOf(era)];
    const path = `/rooms/${this.#roomId}`;
    if (era !== "before")
      await this.#world.must("PUT", `${path}/state/m.room.history_visibility`, { history_visibility: visibility }, accessToken);
    await this.#world.must("PUT", `${path}/state/org.example.marker`, { text: `state-${era}` }, accessToken);
    const root = this.#messages[threadRoots[era] ?? era];
    const relation = root === undefined ? {} : { "m.relates_to": { rel_type: "m.thread", event_id: root } };
    const message = { msgtype: "m.text", body: `message-${era}`, ...relation };
    const sent = await this.#world.must("PUT", `${path}/send/m.room.message/${this.#world.number()}`, message, accessToken);
    this.#messages[era] = sent["event_id"] ?? "";
    const page = await this.#world.must("GET", `${path}/messages?dir=b&limit=1`, undefined, accessToken);
    return { eventId: sent["event_id"] ?? "", token: page["start"] ?? "" };
  }

  async #by(user: TestUser, path: string): Promise<void> {
    await this.#world.must("POST", `/rooms/${this.#roomId}${path}`, {}, user.accessToken);
  }

  async #byOwner(path: string, body: object): Promise<void> {
    await this.#world.must("POST", `/rooms/${this.#roomId}${path}`, body, this.#world.users.owner.accessToken);
  }

  async #knock(user: TestUser): Promise<void> {
    await this.#world.must("POST", `/knock/${this.#roomId}`, {}, user.accessToken);
  }
}

async function newUser(server: TestHomeserver, actor: Actor, number: number): Promise<AccessUser> {
  const isGuest = actor.startsWith("guest");
  const user = isGuest ? await newGuest(server) : await server.register(`user${number}`);
  const own = async (method: string, path: string, body: unknown): Promise<Record<string, string>> =>
    (await server.request<Record<string, string>>(method, `/_matrix${path}`, body, user.accessToken)).body;
  const filter = await own("POST", `/client/v3/user/${user.userId}/filter`, {});
  const media = isGuest ? {} : await own("POST", "/media/v1/create", {});
  const backup = isGuest ? {} : await own("POST", "/client/v3/room_keys/version", { algorithm: "m.megolm_backup.v1", auth_data: {} });
  return {
    ...user,
    filterId: filter["filter_id"] ?? "",
    pendingMediaId: media["content_uri"]?.split("/").at(-1) ?? "none",
    backupVersion: backup["version"] ?? "0",
  };
}

async function newGuest(server: TestHomeserver): Promise<TestUser> {
  const { body } = await server.request("POST", `${client}/register?kind=guest`, {});
  return { userId: body["user_id"] as AnyBody & TestUser["userId"], ...sessionOf(body) };
}

function sessionOf(body: AnyBody): Pick<TestUser, "accessToken" | "deviceId"> {
  return { accessToken: String(body["access_token"]), deviceId: String(body["device_id"]) };
}
