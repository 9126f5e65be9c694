import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluatePushRules, type PushContext, predefinedRules, type Ruleset } from "@patrix/push-rules";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";
import { assertOften } from "./assert-often.ts";

/** An event as the naive recount knows it. */
interface SentEvent {
  readonly id: string;
  readonly sender: number;
  readonly thread: string;
  readonly isState: boolean;
  /** Whether it relates to another, so that it can be the root of no thread. */
  readonly isRelated: boolean;
  isRedacted: boolean;
  /** What the rules of each user said when it was sent; nothing for those who were not in. */
  readonly notices: readonly ({ readonly notify: boolean; readonly highlight: boolean } | undefined)[];
}

interface Counts {
  readonly notification_count: number;
  readonly highlight_count: number;
}

interface Answer {
  readonly next_batch: string;
  readonly rooms?: {
    readonly join?: Readonly<
      Record<string, { readonly unread_notifications: Counts; readonly unread_thread_notifications?: Readonly<Record<string, Counts>> }>
    >;
  };
}

type Shown = Readonly<Record<string, Counts>>;

const kinds = ["plain", "notice", "mention", "room mention", "thread", "edit", "reaction", "custom", "keyword"] as const;
type Kind = (typeof kinds)[number];
const ruleChanges = ["mute", "unmute", "keyword", "quiet", "loud"] as const;

type Step =
  | { readonly do: "send"; readonly user: number; readonly kind: Kind; readonly pick: number }
  | { readonly do: "read"; readonly user: number; readonly pick: number; readonly isPrivate: boolean; readonly where: "room" | "thread" }
  | { readonly do: "redact"; readonly user: number; readonly pick: number }
  | { readonly do: "rules"; readonly user: number; readonly change: (typeof ruleChanges)[number] }
  | { readonly do: "leave" | "topic"; readonly user: number }
  | { readonly do: "sync"; readonly user: number; readonly isInitial: boolean }
  | { readonly do: "restart" };

const user = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant("send" as const), user, kind: fc.constantFrom(...kinds), pick: fc.nat() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("read" as const),
      user,
      pick: fc.nat(),
      isPrivate: fc.boolean(),
      where: fc.constantFrom("room" as const, "thread" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("redact" as const), user, pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rules" as const), user, change: fc.constantFrom(...ruleChanges) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("leave" as const, "topic" as const), user }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("sync" as const), user, isInitial: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

/** Three users in a room, and a count of what they have not read that is made anew each time. */
class World {
  server: TestHomeserver;
  readonly users: readonly TestUser[];
  readonly room: string;
  readonly events: SentEvent[] = [];
  /** Where a mark of a user is, by thread; the empty one is for the whole room. */
  readonly marks: Map<string, number>[] = [new Map(), new Map(), new Map()];
  readonly joinedAt = [0, 0, 0];
  readonly rules: Ruleset[];
  readonly seen: { since: string | undefined; shown: Shown }[];
  readonly done = new Map<string, number>();
  readonly #dataDir: string;

  constructor(server: TestHomeserver, dataDir: string, users: readonly TestUser[], room: string) {
    this.server = server;
    this.#dataDir = dataDir;
    this.users = users;
    this.room = room;
    this.rules = users.map(({ userId }) => predefinedRules(userId));
    this.seen = users.map(() => ({ since: undefined, shown: {} }));
  }

  note(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }

  /** What a user has not read, by thread. */
  recount(user: number): Shown {
    const counts: Record<string, { notification_count: number; highlight_count: number }> = {};
    for (const [index, event] of this.events.entries()) {
      const notice = event.notices[user];
      if (index < (this.joinedAt[user] ?? 0) || !notice?.notify || event.isRedacted) continue;
      const marks = this.marks[user];
      const own = this.events.findLastIndex((other) => other.sender === user && !other.isState && other.thread === event.thread);
      if (index <= Math.max(marks?.get("") ?? -1, marks?.get(event.thread) ?? -1, own)) continue;
      const entry = (counts[event.thread] ??= { notification_count: 0, highlight_count: 0 });
      entry.notification_count++;
      if (notice.highlight) entry.highlight_count++;
    }
    return counts;
  }

  add(sender: number, id: string, thread: string, event: object, isState = false): void {
    const type = (event as { type: string }).type;
    const notices = this.users.map(({ userId }, index) => {
      if (index === sender || (type === "m.room.member" && !isState)) return undefined;
      const context: PushContext = {
        userId,
        roomId: this.room,
        memberCount: 3,
        // The creator has every power, the others have none.
        powerLevels: { userLevel: (who) => (who === this.users[0]?.userId ? 100 : 0), notificationLevel: () => 50 },
      };
      const evaluation = evaluatePushRules(this.rules[index] ?? {}, { ...event, sender: this.users[sender]?.userId }, context);
      return { notify: evaluation?.notify ?? false, highlight: evaluation?.highlight ?? false };
    });
    const isRelated = "m.relates_to" in (event as { content: object }).content;
    this.events.push({ id, sender, thread, isState, isRelated, isRedacted: false, notices });
  }

  async restart(): Promise<void> {
    await this.server.stop();
    this.server = await testHomeserver({ dataDir: this.#dataDir });
  }

  #as<Body>(user: number, method: string, path: string, body?: unknown) {
    const who = this.users[user];
    if (!who) throw new RangeError(`there is no user ${user}`);
    return this.server.requestAs<Body>(who, method, path, body);
  }

  async #expect(user: number, method: string, path: string, body?: unknown): Promise<Record<string, string>> {
    const answer = await this.#as<Record<string, string>>(user, method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async send(user: number, kind: Kind, pick: number): Promise<void> {
    const target = this.events.length === 0 ? undefined : this.events[pick % this.events.length];
    const written = contentOf(kind, { target, mentioned: this.users[pick % 3]?.userId ?? "" });
    if (!written) return;
    const { type, content, thread } = written;
    const path = `/rooms/${encodeURIComponent(this.room)}/send/${type}/${this.events.length}-${pick}-${performance.now()}`;
    const { event_id: id } = await this.#expect(user, "PUT", path, content);
    this.add(user, id ?? "", thread, { type, content });
    this.note(`send ${kind}`);
  }

  async read(user: number, pick: number, { isPrivate, where }: { isPrivate: boolean; where: "room" | "thread" }): Promise<void> {
    if (this.events.length === 0) return;
    const index = pick % this.events.length;
    const event = this.events[index];
    if (!event || index < (this.joinedAt[user] ?? 0)) return;
    const thread = where === "thread" ? event.thread : "";
    const type = isPrivate ? "m.read.private" : "m.read";
    const path = `/rooms/${encodeURIComponent(this.room)}/receipt/${type}/${encodeURIComponent(event.id)}`;
    await this.#expect(user, "POST", path, thread === "" ? {} : { thread_id: thread });
    const marks = this.marks[user];
    marks?.set(thread, Math.max(marks.get(thread) ?? -1, index));
    this.note(`read ${type} ${where}`);
  }

  async redact(user: number, pick: number): Promise<void> {
    const own = this.events.filter((event) => event.sender === user && !event.isRedacted && !event.isState);
    const target = own.length === 0 ? undefined : own[pick % own.length];
    if (!target) return;
    const path = `/rooms/${encodeURIComponent(this.room)}/redact/${encodeURIComponent(target.id)}/${performance.now()}`;
    const { event_id: id } = await this.#expect(user, "PUT", path, {});
    target.isRedacted = true;
    this.add(user, id ?? "", "main", { type: "m.room.redaction", content: {} });
    this.note("redact");
  }

  async changeRules(user: number, change: (typeof ruleChanges)[number]): Promise<void> {
    const room = `/pushrules/global/room/${encodeURIComponent(this.room)}`;
    if (change === "mute") await this.#expect(user, "PUT", room, { actions: [] });
    else if (change === "unmute") await this.#as(user, "DELETE", room);
    else if (change === "keyword")
      await this.#expect(user, "PUT", "/pushrules/global/content/cake", {
        pattern: "cake",
        actions: ["notify", { set_tweak: "highlight" }],
      });
    else await this.#expect(user, "PUT", "/pushrules/global/override/.m.rule.master/enabled", { enabled: change === "quiet" });
    const { global } = (await this.#expect(user, "GET", "/pushrules/")) as unknown as { global: Ruleset };
    this.rules[user] = global;
    this.note(`rules ${change}`);
  }

  /** Leaves the room and comes back: what was said before is nothing to read up on. */
  async leave(user: number): Promise<void> {
    if (user === 0) return;
    const room = `/rooms/${encodeURIComponent(this.room)}`;
    await this.#expect(user, "POST", `${room}/leave`, {});
    await this.#expect(user, "POST", `${room}/join`, {});
    this.joinedAt[user] = this.events.length;
    this.note("leave");
  }

  /** State is set by people who need not have looked. */
  async topic(): Promise<void> {
    const path = `/rooms/${encodeURIComponent(this.room)}/state/m.room.topic/`;
    const content = { topic: `${this.events.length}` };
    const { event_id: id } = await this.#expect(0, "PUT", path, content);
    this.add(0, id ?? "", "main", { type: "m.room.topic", state_key: "", content }, true);
    this.note("topic");
  }

  async sync(user: number, isInitial: boolean): Promise<void> {
    const seen = this.seen[user];
    if (!seen) return;
    const byThread = user !== 1;
    const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { unread_thread_notifications: byThread } } }));
    const since = isInitial || seen.since === undefined ? "" : `&since=${seen.since}`;
    const { body } = await this.#as<Answer>(user, "GET", `/sync?filter=${filter}${since}`);
    const told = body.rooms?.join?.[this.room];
    if (told) seen.shown = { ...told.unread_thread_notifications, main: told.unread_notifications };
    seen.since = body.next_batch;
    const expected = this.recount(user);
    expect(withoutZeros(seen.shown)).toEqual(withoutZeros(byThread ? expected : { main: sum(expected) }));
    if (Object.keys(withoutZeros(expected)).length > 0) this.note("sync with something unread");
    if (Object.keys(withoutZeros(expected)).length > 1) this.note("sync with unread threads");
    if (Object.values(expected).some((counts) => counts.highlight_count > 0)) this.note("sync with highlights");
  }
}

function contentOf(
  kind: Kind,
  { target, mentioned }: { target: SentEvent | undefined; mentioned: string },
): { type: string; content: Record<string, unknown>; thread: string } | undefined {
  const message = { msgtype: "m.text", body: "hello" };
  const relates = (relation: object): Record<string, unknown> => ({ ...message, "m.relates_to": relation });
  const type = "m.room.message";
  if (kind === "plain") return { type, content: message, thread: "main" };
  if (kind === "notice") return { type, content: { ...message, msgtype: "m.notice" }, thread: "main" };
  if (kind === "keyword") return { type, content: { ...message, body: "a cake is a lie" }, thread: "main" };
  if (kind === "mention") return { type, content: { ...message, "m.mentions": { user_ids: [mentioned] } }, thread: "main" };
  if (kind === "room mention") return { type, content: { ...message, "m.mentions": { room: true } }, thread: "main" };
  if (kind === "custom") return { type: "org.example.custom", content: {}, thread: "main" };
  if (!target || target.isState || target.isRedacted) return undefined;
  const related = { event_id: target.id };
  if (kind === "reaction")
    return {
      type: "m.reaction",
      content: { "m.relates_to": { rel_type: "m.annotation", key: `${Math.random()}`, ...related } },
      thread: target.thread,
    };
  if (kind === "edit")
    return { type, content: { ...relates({ rel_type: "m.replace", ...related }), "m.new_content": message }, thread: target.thread };
  // Threads have no threads.
  if (target.thread !== "main") return { type, content: relates({ rel_type: "m.thread", event_id: target.thread }), thread: target.thread };
  if (target.isRelated) return undefined;
  return { type, content: relates({ rel_type: "m.thread", ...related }), thread: target.id };
}

function withoutZeros(shown: Shown): Shown {
  return Object.fromEntries(Object.entries(shown).filter(([, counts]) => counts.notification_count > 0 || counts.highlight_count > 0));
}

function sum(shown: Shown): Counts {
  const all = Object.values(shown);
  return {
    notification_count: all.reduce((total, counts) => total + counts.notification_count, 0),
    highlight_count: all.reduce((total, counts) => total + counts.highlight_count, 0),
  };
}

async function take(world: World, step: Step): Promise<void> {
  if (step.do === "send") await world.send(step.user, step.kind, step.pick);
  else if (step.do === "read") await world.read(step.user, step.pick, step);
  else if (step.do === "redact") await world.redact(step.user, step.pick);
  else if (step.do === "rules") await world.changeRules(step.user, step.change);
  else if (step.do === "leave") await world.leave(step.user);
  else if (step.do === "topic") await world.topic();
  else if (step.do === "sync") await world.sync(step.user, step.isInitial);
  else await world.restart();
}

it("counts what is unread as a recount of everything does, for threads, mentions, own rules, receipts, redactions and restarts", async () => {
  const done = new Map<string, number>();
  const property = fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 120 }), async (steps) => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-unread-"));
    const server = await testHomeserver({ dataDir });
    const users = [await server.register("alice"), await server.register("bob"), await server.register("carol")];
    const [alice] = users;
    if (!alice) throw new Error("nobody is registered");
    const room = await server.createRoom(alice);
    for (const joining of users.slice(1)) await server.requestAs(joining, "POST", `/join/${encodeURIComponent(room)}`, {});
    const world = new World(server, dataDir, users, room);
    try {
      for (const next of steps) await take(world, next);
      for (const index of users.keys()) for (const isInitial of [false, true]) await world.sync(index, isInitial);
    } finally {
      await world.server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
    for (const [what, count] of world.done) done.set(what, (done.get(what) ?? 0) + count);
  });
  const wanted = [
    ...kinds.map((kind) => `send ${kind}`),
    ...ruleChanges.map((change) => `rules ${change}`),
    ...["m.read room", "m.read thread", "m.read.private room", "m.read.private thread"].map((what) => `read ${what}`),
    "redact",
    "leave",
    "topic",
    "sync with something unread",
    "sync with unread threads",
    "sync with highlights",
  ];
  await assertOften(property, { counts: done, minima: Object.fromEntries(wanted.map((what) => [what, 3])), numRuns: 8 });
}, 240_000);
