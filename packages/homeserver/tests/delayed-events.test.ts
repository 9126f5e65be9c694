/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Events that are sent later: over HTTP, over restarts, and by whoever knows their IDs.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as join_ } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";
import { loginAgain } from "./login-again.ts";

const unstable = "/_matrix/client/unstable/org.matrix.msc4140";
const HOUR_MS = 3_600_000;

interface TimelineEvent {
  readonly type: string;
  readonly event_id: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly unsigned: Readonly<Record<string, unknown>>;
}
interface Sync {
  readonly next_batch: string;
  readonly rooms?: { readonly join: Readonly<Record<string, { readonly timeline: { readonly events: readonly TimelineEvent[] } }>> };
}

/** Someone in a room of one server. */
class Caller {
  readonly server: TestHomeserver;
  readonly user: TestUser;
  readonly room: string;

  constructor(server: TestHomeserver, user: TestUser, room: string) {
    this.server = server;
    this.user = user;
    this.room = room;
  }

  put(rest: string, body: object = {}): Promise<TestResponse<AnyBody>> {
    return this.server.requestAs(this.user, "PUT", `/rooms/${this.room}${rest}`, body);
  }

  async delay(rest: string, delayMs: number, body: object = {}): Promise<string> {
    const { status, body: answer } = await this.put(`${rest}?org.matrix.msc4140.delay=${delayMs}`, body);
    expect([status, answer]).toEqual([200, { delay_id: expect.stringMatching(/^[\w-]{32}$/) as unknown }]);
    return String(answer["delay_id"]);
  }

  act(id: string, action: string, token?: string): Promise<TestResponse<AnyBody>> {
    return this.server.request("POST", `${unstable}/delayed_events/${id}/${action}`, undefined, token);
  }

  async list(): Promise<Readonly<Record<"delayed_events" | "scheduled" | "finalised", readonly AnyBody[]>>> {
    return (await this.server.request<never>("GET", `${unstable}/delayed_events`, undefined, this.user.accessToken)).body;
  }

  async read(id: string): Promise<TestResponse<AnyBody>> {
    return this.server.request("GET", `${unstable}/delayed_events/${id}`, undefined, this.user.accessToken);
  }

  async since(): Promise<string> {
    return (await this.server.requestAs<Sync>(this.user, "GET", "/sync")).body.next_batch;
  }

  /** Waits for events of a type. */
  async next(since: string, type: string, count = 1): Promise<TimelineEvent[]> {
    const found: TimelineEvent[] = [];
    for (let token = since, polls = 0; found.length < count && polls < 20; polls++) {
      const { body } = await this.server.requestAs<Sync>(this.user, "GET", `/sync?timeout=5000&since=${token}`);
      found.push(...(body.rooms?.join[this.room]?.timeline.events ?? []).filter((event) => event.type === type));
      token = body.next_batch;
    }
    expect(found).toHaveLength(count);
    return found;
  }
}

/** Time stands still until a test lets it pass. */
let now = Date.now();
const clock = { now: () => now };
let server: TestHomeserver;
let users = 0;
beforeAll(async () => void (server = await testHomeserver({ clock })));
afterAll(() => server[Symbol.asyncDispose]());

async function caller(of = server): Promise<Caller> {
  const user = await of.register(`caller${++users}`);
  return new Caller(of, user, await of.createRoom(user));
}
async function join(other: Caller): Promise<Caller> {
  const user = await other.server.register(`joiner${++users}`);
  expect((await other.server.requestAs(user, "POST", `/join/${other.room}`, {})).status).toBe(200);
  return new Caller(other.server, user, other.room);
}

describe("a delayed event", () => {
  it("is sent when it is due, as its sender, who alone is told from which delayed event it comes", async () => {
    const alice = await caller();
    const bob = await join(alice);
    const [ofAlice, ofBob] = [await alice.since(), await bob.since()];
    const id = await alice.delay("/send/org.example.later/1", 20, { n: 1 });
    now += 20;
    const [event] = await alice.next(ofAlice, "org.example.later");
    expect(event).toMatchObject({ sender: alice.user.userId, content: { n: 1 } });
    expect(event?.unsigned).toMatchObject({ "org.matrix.msc4140.delay_id": id });
    expect((await bob.next(ofBob, "org.example.later"))[0]?.unsigned).not.toHaveProperty(["org.matrix.msc4140.delay_id"]);
    const read = await alice.read(id);
    expect(read.body).toMatchObject({ delay_id: id, event_id: event?.event_id, finalised_ts: expect.any(Number) as unknown });
    expect((await alice.list()).finalised).toMatchObject([{ delayed_event: { delay_id: id }, outcome: "send", reason: "delay" }]);
  });

  it("makes a user leave a call whose client is gone: it is restarted as long as the client lives, and then sets the state", async () => {
    const alice = await caller();
    const bob = await join(alice);
    const key = `_${alice.user.userId}_DEVICE_m.call`;
    const type = "org.matrix.msc3401.call.member";
    const id = await alice.delay(`/state/${type}/${key}`, 50);
    expect((await alice.put(`/state/${type}/${key}`, { application: "m.call" })).status).toBe(200);
    const began = Number((await alice.read(id)).body["scheduled_at"]);
    for (const token of [undefined, alice.user.accessToken]) {
      now += 40;
      expect(await alice.act(id, "restart", token)).toMatchObject({ status: 200, body: {} });
    }
    const waiting = (await alice.read(id)).body;
    expect(waiting["scheduled_at"]).toBe(began + 80);
    expect(waiting).not.toHaveProperty("finalised_ts");
    const since = await bob.since();
    now += 50;
    const [left] = await bob.next(since, type);
    expect(left).toMatchObject({ state_key: key, content: {} });
    // Clients that come back schedule another one.
    expect(await alice.act(id, "restart")).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
  });

  it("is sent at once, or cancelled, by whoever knows its ID, and by its owner in the first form", async () => {
    const alice = await caller();
    const since = await alice.since();
    const [now, never] = [await alice.delay("/send/a/1", HOUR_MS), await alice.delay("/send/a/2", HOUR_MS)];
    expect((await alice.list()).delayed_events.map(({ delay_id }) => delay_id)).toEqual([now, never]);
    expect((await alice.act(now, "send")).status).toBe(200);
    await alice.next(since, "a");
    const cancel = (token: string): Promise<TestResponse<AnyBody>> =>
      server.request("POST", `${unstable}/delayed_events/${never}`, { action: "cancel" }, token);
    const stranger = await caller();
    expect(await cancel(stranger.user.accessToken)).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
    expect((await stranger.read(never)).status).toBe(404);
    expect((await cancel(alice.user.accessToken)).status).toBe(200);
    // What is asked for again was done; the opposite cannot be done any more.
    expect([(await alice.act(now, "send")).status, (await alice.act(never, "cancel")).status]).toEqual([200, 200]);
    for (const [id, action] of [
      [now, "cancel"],
      [never, "send"],
    ] as const)
      expect(await alice.act(id, action)).toMatchObject({ status: 409, body: { errcode: "M_UNKNOWN" } });
    expect((await alice.list()).delayed_events).toEqual([]);
    expect(await alice.act(never, "explode")).toMatchObject({ status: 404, body: { errcode: "M_UNRECOGNIZED" } });
  });

  it("is the same one for the same transaction ID of a device", async () => {
    const alice = await caller();
    const ids = [await alice.delay("/send/a/t", HOUR_MS), await alice.delay("/send/a/t", HOUR_MS), await alice.delay("/send/b/t", HOUR_MS)];
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    const other = await loginAgain(server, alice.user);
    expect(await new Caller(server, other, alice.room).delay("/send/a/t", HOUR_MS)).not.toBe(ids[0]);
  });

  it("may come by an endpoint of its own, with a state key or without", async () => {
    const alice = await caller();
    const since = await alice.since();
    const path = `${unstable}/rooms/${alice.room}/delayed_event/org.example`;
    const put = (txn: string, body: object) => server.request("PUT", `${path}/${txn}`, body, alice.user.accessToken);
    const { body } = await put("1", { delay_ms: HOUR_MS, state_key: "k", content: { n: 1 } });
    expect((await alice.act(String(body["delay_id"]), "send")).status).toBe(200);
    expect(await alice.next(since, "org.example")).toMatchObject([{ state_key: "k", content: { n: 1 } }]);
    expect(await put("2", { content: {} })).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
  });

  it("is never sent at once by mistake: a delay that is none is refused", async () => {
    const alice = await caller();
    const since = await alice.since();
    for (const delay of ["0", "-5", "soon", "1.5", ""])
      for (const rest of ["/send/wrong/1", "/state/wrong/1"])
        expect(await alice.put(`${rest}?org.matrix.msc4140.delay=${delay}`)).toMatchObject({
          status: 400,
          body: { errcode: "M_INVALID_PARAM" },
        });
    await alice.put("/send/right/1");
    await alice.next(since, "right");
    const { chunk } = (
      await server.requestAs<{ chunk: TimelineEvent[] }>(alice.user, "GET", `/rooms/${alice.room}/messages?dir=b&limit=50`)
    ).body;
    expect(chunk.filter(({ type }) => type === "wrong")).toEqual([]);
    expect((await alice.list()).delayed_events).toEqual([]);
  });

  it("is refused with the longest delay if its own is longer, in the words that clients know", async () => {
    await using strict = await testHomeserver({ config: { delayed_events: { max_delay: 5_000 } } });
    const alice = await caller(strict);
    expect(await alice.put("/send/a/1?org.matrix.msc4140.delay=5001")).toMatchObject({
      status: 400,
      body: { errcode: "M_UNKNOWN", "org.matrix.msc4140.errcode": "M_MAX_DELAY_EXCEEDED", "org.matrix.msc4140.max_delay": 5_000 },
    });
    await alice.delay("/send/a/1", 5_000);
    const { body } = await strict.requestAs(alice.user, "GET", "/capabilities");
    expect(body["capabilities"]).toMatchObject({ "org.matrix.msc4140.delayed_events": { max_delay_ms: 5_000, max_scheduled: 100 } });
  });

  it("is refused where nothing may be sent later, which the server says of itself", async () => {
    await using none = await testHomeserver({ config: { delayed_events: { max_delay: 0 } } });
    const alice = await caller(none);
    expect(await alice.put("/send/a/1?org.matrix.msc4140.delay=5")).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    const features = async (of: TestHomeserver): Promise<unknown> =>
      (await of.request("GET", "/_matrix/client/versions")).body["unstable_features"];
    expect(await features(none)).toMatchObject({ "org.matrix.msc4140": false });
    expect(await features(server)).toMatchObject({ "org.matrix.msc4140": true, "org.matrix.msc4354": true });
  });

  it("that can be no event is refused at once", async () => {
    const alice = await caller();
    const put = async (rest: string, body: object): Promise<unknown[]> => {
      const answer = await alice.put(`${rest}?org.matrix.msc4140.delay=10`, body);
      return [answer.status, answer.body["errcode"]];
    };
    expect(await put("/send/a/1", { text: "x".repeat(70_000) })).toEqual([413, "M_TOO_LARGE"]);
    expect(await put("/send/a/1", { number: 1.5 })).toEqual([400, "M_BAD_JSON"]);
    expect(await put(`/send/${"x".repeat(256)}/1`, {})).toEqual([413, "M_TOO_LARGE"]);
    expect(await put("/send/m.room.redaction/1", {})).toEqual([400, "M_BAD_JSON"]);
    expect(await put("/state/m.room.create/", {})).toEqual([400, "M_BAD_JSON"]);
  });

  it("cannot be scheduled by one who is not in the room", async () => {
    const [alice, stranger] = [await caller(), await caller()];
    const outside = new Caller(server, stranger.user, alice.room);
    expect(await outside.put("/send/a/1?org.matrix.msc4140.delay=10")).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
  });
});

describe("when it is due", () => {
  it("what its sender may do is decided anew: one who has left has an error, and one who asks for it now keeps it", async () => {
    const alice = await caller();
    const bob = await join(alice);
    const [soon, later] = [await bob.delay("/send/a/1", 30), await bob.delay("/send/a/2", HOUR_MS)];
    expect((await server.requestAs(bob.user, "POST", `/rooms/${alice.room}/leave`, {})).status).toBe(200);
    now += 30;
    await expect.poll(async () => (await bob.read(soon)).body).toMatchObject({ error: { errcode: "M_FORBIDDEN" } });
    expect((await bob.read(soon)).body).not.toHaveProperty("event_id");
    expect(await bob.act(later, "send")).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect((await bob.list()).scheduled.map(({ delay_id: id }) => id)).toEqual([later]);
  });

  it("state that another user has set since cancels it, and what its own sender has set does not", async () => {
    const alice = await caller();
    const bob = await join(alice);
    expect((await alice.put("/state/m.room.power_levels/", { state_default: 0 })).status).toBe(200);
    const [own, others] = [await alice.delay("/state/own/", HOUR_MS, { n: 1 }), await alice.delay("/state/others/", HOUR_MS, { n: 1 })];
    await alice.put("/state/own/", { n: 2 });
    await bob.put("/state/others/", { n: 2 });
    expect((await alice.list()).scheduled.map(({ delay_id: id }) => id)).toEqual([own]);
    expect((await alice.act(others, "restart")).status).toBe(404);
    expect((await alice.act(others, "send")).status).toBe(409);
    expect((await alice.act(own, "send")).status).toBe(200);
    expect((await server.requestAs(bob.user, "GET", `/rooms/${alice.room}/state/own/`)).body).toEqual({ n: 1 });
    expect((await server.requestAs(bob.user, "GET", `/rooms/${alice.room}/state/others/`)).body).toEqual({ n: 2 });
  });

  it("a membership is checked as one that is set now", async () => {
    const alice = await caller();
    const bob = await join(alice);
    const since = await alice.since();
    const id = await alice.delay(`/state/m.room.member/${bob.user.userId}`, 20, { membership: "leave" });
    now += 20;
    expect(await alice.next(since, "m.room.member")).toMatchObject([{ state_key: bob.user.userId, content: { membership: "leave" } }]);
    expect((await alice.read(id)).body).toHaveProperty("event_id");
  });

  it("an account that is locked, or was deactivated, sends nothing", async () => {
    await using guarded = await testHomeserver({ clock, config: { admins: ["@admin:localhost"] } });
    const admin = await guarded.register("admin");
    const alice = await caller(guarded);
    const bob = await join(alice);
    const since = await bob.since();
    const ids = [await alice.delay("/send/a/1", 50), await alice.delay("/send/a/2", HOUR_MS)];
    const lock = (locked: boolean) =>
      guarded.request("PUT", `/_matrix/client/v1/admin/lock/${alice.user.userId}`, { locked }, admin.accessToken);
    expect((await lock(true)).status).toBe(200);
    expect(await alice.act(ids[1] ?? "", "send")).toMatchObject({ status: 401, body: { errcode: "M_USER_LOCKED" } });
    await bob.delay("/send/b/1", 60);
    now += 60;
    await bob.next(since, "b");
    await lock(false);
    expect((await alice.read(ids[0] ?? "")).body).toMatchObject({ error: { errcode: "M_USER_LOCKED" } });
    const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: alice.user.userId }, password: "secret" };
    expect((await guarded.requestAs(alice.user, "POST", "/account/deactivate", { auth })).status).toBe(200);
    expect((await alice.act(ids[1] ?? "", "send")).status).toBe(404);
  });

  it("events go out in the order of their times, those included that became due while the server was away, each once", async () => {
    const dataDir = await mkdtemp(join_(tmpdir(), "patrix-delayed-"));
    try {
      const before = await testHomeserver({ dataDir, clock });
      const alice = await caller(before);
      const since = await alice.since();
      await alice.delay("/send/later/0", HOUR_MS, { n: -1 });
      for (const [txn, ms] of [40, 10, 30, 20].entries()) await alice.delay(`/send/later/${txn + 1}`, 400 + ms * 10, { n: ms });
      await before.stop();
      now += 1_000;
      await using after = await testHomeserver({ dataDir, clock });
      const again = new Caller(after, alice.user, alice.room);
      const events = await again.next(since, "later", 4);
      expect(events.map(({ content }) => content["n"])).toEqual([10, 20, 30, 40]);
      expect((await again.list()).delayed_events).toMatchObject([{ content: { n: -1 } }]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe("how many there may be", () => {
  it("is limited for each user, and says when there is room again", async () => {
    const alice = await caller();
    for (let i = 0; i < limits.delayedEvents.value; i++) await alice.delay(`/send/a/${i}`, HOUR_MS);
    const refused = await alice.put("/send/a/more?org.matrix.msc4140.delay=1000");
    expect(refused).toMatchObject({ status: 429, body: { errcode: "M_LIMIT_EXCEEDED", retry_after_ms: expect.any(Number) as unknown } });
    expect(Number(refused.body["retry_after_ms"])).toBeGreaterThan(HOUR_MS / 2);
    const { scheduled } = await alice.list();
    expect(scheduled).toHaveLength(limits.delayedEvents.value);
    expect((await alice.act(String(scheduled[0]?.["delay_id"]), "cancel")).status).toBe(200);
    await alice.delay("/send/a/more", HOUR_MS);
    await (await caller()).delay("/send/a/1", HOUR_MS);
  });

  it("is remembered of those that wait no more, the newest first", async () => {
    const alice = await caller();
    const most = limits.finalisedDelayedEvents.value;
    let last = "";
    for (let i = 0; i <= most; i++)
      expect((await alice.act((last = await alice.delay(`/send/a/${i}`, HOUR_MS)), "cancel")).status).toBe(200);
    const { finalised } = await alice.list();
    expect(finalised).toHaveLength(most);
    expect(finalised[0]).toMatchObject({ delayed_event: { delay_id: last }, outcome: "cancel", reason: "action" });
  });
});
