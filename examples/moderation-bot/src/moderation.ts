import { patiently, type PolicyRule, policyRulesOf } from "@patrix/bot";
import {
  type Client,
  platformClock,
  problemLogger,
  type Room,
  type RoomAlias,
  type RoomId,
  type Subscription,
  type UserId,
} from "@patrix/client";
import { KeyedQueue } from "@patrix/concurrency";
import { banByRule, bannedByRules, wholeLists } from "./rule-bans.ts";
import { nextAcl, serversToDeny } from "./server-acl.ts";
import { maxRooms, readSettings, type Settings, writeSettings } from "./settings.ts";

/** Keeps out of the protected rooms whom the watched lists want kept out. */
export class Moderation {
  readonly #client: Client;
  readonly #signal: AbortSignal;
  /** One change of rooms or settings after another. */
  readonly #work = new KeyedQueue<"work">();
  readonly #followed = new Map<RoomId, Subscription>();
  #settings: Settings = { lists: [], rooms: [], denied: [] };
  #rules: readonly PolicyRule[] = [];
  /** Lists whose rules are known, all of them. */
  #wholeLists: ReadonlySet<unknown> = new Set();
  #isSweepDue = false;
  control: RoomId | undefined;

  constructor(client: Client, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Begins with what the settings say, once it is known what has happened meanwhile. */
  async start(control: RoomId | RoomAlias): Promise<void> {
    await this.#client.online.until((state) => state === "syncing", { signal: this.#signal });
    this.#settings = readSettings(this.#client);
    // Whoever joins is looked at before anything else.
    this.#client.on("m.room.member", ({ stateKey, room, content }) => {
      if (content.membership === "join" || content.membership === "invite") this.#look(room, stateKey as UserId);
    });
    for (const id of this.#settings.lists) this.#follow(id);
    this.#sweepLater();
    const room = await this.#patiently(`join ${control}`, () => this.#client.rooms.join(control));
    this.control = room?.id;
  }

  get lists(): readonly RoomId[] {
    return this.#settings.lists;
  }

  get rooms(): readonly RoomId[] {
    return this.#settings.rooms;
  }

  get rules(): readonly PolicyRule[] {
    return this.#rules;
  }

  /** Follows a list. */
  async watch(list: RoomId | RoomAlias): Promise<Room> {
    const room = await this.#client.rooms.join(list);
    await this.#change("lists", (all) => [...all, room.id]);
    this.#follow(room.id);
    return room;
  }

  /** Follows a list no longer; who is banned stays so, as nobody tells what becomes of its rules. */
  async unwatch(list: RoomId | RoomAlias): Promise<void> {
    const { id } = list.startsWith("!") ? { id: list as RoomId } : await this.#client.rooms.preview(list);
    await this.#change("lists", (all) => all.filter((other) => other !== id));
    this.#followed.get(id)?.();
    this.#followed.delete(id);
  }

  /** Protects a room; tells what the bot lacks the power for. */
  async protect(given: RoomId | RoomAlias): Promise<string> {
    const banned = this.#find("room", given);
    if (banned) return `${given} is on a list itself: ${banned.reason}`;
    const room = await this.#client.rooms.join(given);
    await this.#change("rooms", (all) => [...all, room.id]);
    return describe(room);
  }

  /** Protects a room no longer. */
  async unprotect(given: RoomId | RoomAlias): Promise<void> {
    const room = await this.#client.rooms.join(given);
    await this.#change("rooms", (all) => all.filter((other) => other !== room.id));
  }

  /** Bans somebody from all protected rooms; tells from how many. */
  async ban(user: UserId, reason: string): Promise<number> {
    return this.#work.run("work", async () => {
      let count = 0;
      // A moderator's ban stays, also of one whom a list had banned before.
      for (const room of this.#protected()) if (await this.#banFrom(room, user, { reason })) count += 1;
      return count;
    });
  }

  /** How each protected room stands. */
  status(): readonly string[] {
    return this.#protected().map(describe);
  }

  #protected(): readonly Room[] {
    return this.#settings.rooms.flatMap((id) => this.#client.rooms.get(id) ?? []);
  }

  #find(kind: PolicyRule["kind"], value: string): PolicyRule | undefined {
    return this.#rules.find((rule) => rule.kind === kind && rule.recommendation === "m.ban" && rule.matches(value));
  }

  async #change(what: "lists" | "rooms", make: (all: readonly RoomId[]) => readonly RoomId[]): Promise<void> {
    await this.#work.run("work", async () => {
      const next = [...new Set(make(this.#settings[what]))];
      if (next.length > maxRooms) throw new Error(`${what}: ${maxRooms} at most`);
      await this.#keep({ ...this.#settings, [what]: next });
    });
    this.#sweepLater();
  }

  async #keep(settings: Settings): Promise<void> {
    await this.#patiently("keep the settings", () => writeSettings(this.#client, settings));
    this.#settings = settings;
  }

  #follow(id: RoomId): void {
    const room = this.#client.rooms.get(id);
    if (room && !this.#followed.has(id))
      this.#followed.set(
        id,
        room.info.subscribe(() => this.#sweepLater()),
      );
  }

  /** Somebody has come. */
  #look(room: Room, user: UserId): void {
    if (!this.#settings.rooms.includes(room.id)) return;
    const rule = this.#find("user", user);
    if (rule) this.#run(() => this.#banFrom(room, user, rule));
  }

  /** Applies the rules to all that is protected: once for all changes that come together. */
  #sweepLater(): void {
    if (this.#isSweepDue) return;
    this.#isSweepDue = true;
    this.#run(async () => {
      this.#isSweepDue = false;
      const lists = this.#settings.lists.map((id) => this.#client.rooms.get(id));
      const rules = lists.flatMap((list) => (list ? policyRulesOf(list) : []));
      this.#rules = rules.filter(({ recommendation }) => recommendation === "m.ban");
      this.#wholeLists = wholeLists(lists, rules);
      const deny = serversToDeny(this.#rules, this.#client.userId.replace(/^[^:]*:/, ""));
      for (const room of this.#protected()) await this.#sweep(room, deny);
      if (JSON.stringify(deny) !== JSON.stringify(this.#settings.denied)) await this.#keep({ ...this.#settings, denied: deny });
    });
  }

  async #sweep(room: Room, deny: readonly string[]): Promise<void> {
    const members = (await this.#patiently("list members", () => room.members.list())) ?? [];
    for (const { id } of members) {
      const rule = this.#find("user", id);
      if (rule) await this.#banFrom(room, id, rule);
    }
    await this.#letIn(room);
    const acl = room.can("m.room.server_acl") ? nextAcl(room, deny, this.#settings.denied) : undefined;
    if (acl) await this.#patiently(`set the access list of ${room.id}`, () => room.state.set("m.room.server_acl", acl));
  }

  /** Lifts the bans that the bot has made for rules that are no more. */
  async #letIn(room: Room): Promise<void> {
    if (!room.can("ban")) return;
    for (const { user, listId } of bannedByRules(room, this.#client.userId))
      if (this.#wholeLists.has(listId) && !this.#find("user", user) && room.outranks(user))
        await this.#patiently(`let in ${user}`, () => room.members.unban(user, "the rule was withdrawn"));
  }

  /** Bans, if that is the bot's to do: never itself, nor anybody who has as much power. @param why - A rule, or what a moderator has said. */
  async #banFrom(room: Room, user: UserId, why: PolicyRule | { readonly reason: string }): Promise<boolean> {
    const me = this.#client.userId;
    if (user === me || !room.can("ban") || !room.outranks(user)) return false;
    const isByRule = "listId" in why;
    if (room.members.get(user)?.membership === "ban" && (isByRule || !bannedByRules(room, me).some((banned) => banned.user === user)))
      return false;
    await this.#patiently(`ban ${user}`, () => (isByRule ? banByRule(room, user, why) : room.members.ban(user, why.reason)));
    return true;
  }

  #run(task: () => Promise<unknown>): void {
    this.#work.run("work", task).catch((error: unknown) => problemLogger.warn("moderation:", error));
  }

  #patiently<T>(what: string, task: () => Promise<T>): Promise<T | undefined> {
    return patiently(task, { clock: platformClock, logger: problemLogger, signal: this.#signal, what });
  }
}

function describe(room: Room): string {
  const lacks = [...(room.can("ban") ? [] : ["bans"]), ...(room.can("m.room.server_acl") ? [] : ["access lists of servers"])];
  return `${room.name} (${room.id}): ${lacks.length === 0 ? "protected" : `I lack the power for ${lacks.join(" and ")}`}`;
}
