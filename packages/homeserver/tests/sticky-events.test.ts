/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Events that are sticky: whoever comes, or was away, gets them until they expire.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

interface SyncEvent {
  readonly event_id: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly msc4354_sticky?: object;
  readonly unsigned: Readonly<Record<string, unknown>>;
}
interface Section {
  readonly events: readonly SyncEvent[];
}
interface Sync {
  readonly next_batch: string;
  readonly rooms?: { readonly join: Readonly<Record<string, { readonly timeline: Section; readonly msc4354_sticky?: Section }>> };
}
/** The form in which calls say who takes part. */
const TYPE = "org.matrix.msc4143.rtc.member";
const HOUR_MS = 3_600_000;
const oneEvent = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 1 } } }));

let now = Date.now();
const clock = { now: () => now };
let server: TestHomeserver;
let [alice, bob]: [TestUser, TestUser] = [{} as TestUser, {} as TestUser];
let room = "";
let count = 0;
beforeAll(async () => void (server = await testHomeserver({ clock })));
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  [alice, bob] = [await server.register(`alice${++count}`), await server.register(`bob${count}`)];
  room = await server.createRoom(alice);
});

const put = (user: TestUser, rest: string, body: object = {}): Promise<TestResponse<AnyBody>> =>
  server.requestAs(user, "PUT", `/rooms/${room}${rest}`, body);
const say = async (user: TestUser): Promise<void> => void (await put(user, `/send/org.example.noise/${++count}`));
async function stick(user: TestUser, n: number, durationMs = HOUR_MS): Promise<string> {
  const query = `org.matrix.msc4354.sticky_duration_ms=${durationMs}`;
  const { status, body } = await put(user, `/send/${TYPE}/${++count}?${query}`, { n, msc4354_sticky_key: user.deviceId });
  expect([status, body]).toEqual([200, body]);
  return String(body["event_id"]);
}
const enter = async (user: TestUser): Promise<void> => void (await server.requestAs(user, "POST", `/join/${room}`, {}));
const sync = async (user: TestUser, query = ""): Promise<Sync> =>
  (await server.requestAs<Sync>(user, "GET", `/sync?filter=${oneEvent}${query}`)).body;
const stuck = ({ rooms }: Sync): readonly unknown[] => (rooms?.join[room]?.msc4354_sticky?.events ?? []).map(({ content }) => content["n"]);

describe("a sticky event", () => {
  it("comes to one who was away, however much was said meanwhile, once, with the time that it has left", async () => {
    await enter(bob);
    const { next_batch: since } = await sync(bob);
    const id = await stick(alice, 1, 600_000);
    await say(alice);
    await say(alice);
    now += 60_000;
    const answer = await sync(bob, `&since=${since}`);
    expect(answer.rooms?.join[room]?.msc4354_sticky?.events).toMatchObject([
      {
        event_id: id,
        type: TYPE,
        sender: alice.userId,
        msc4354_sticky: { duration_ms: 600_000 },
        unsigned: { msc4354_sticky_duration_ttl_ms: 540_000 },
      },
    ]);
    await say(alice);
    expect(stuck(await sync(bob, `&since=${answer.next_batch}`))).toEqual([]);
  });

  it("is in the timeline where that shows it, and not told twice", async () => {
    await enter(bob);
    const { next_batch: since } = await sync(bob);
    await stick(alice, 1);
    const { timeline, msc4354_sticky: sticky } = (await sync(bob, `&since=${since}`)).rooms?.join[room] ?? {};
    expect(timeline?.events).toMatchObject([{ content: { n: 1 }, unsigned: { msc4354_sticky_duration_ttl_ms: HOUR_MS } }]);
    expect(sticky).toBeUndefined();
  });

  it("comes to those who join later, whatever history they may see, and whatever they filter, as long as it is sticky", async () => {
    expect((await put(alice, "/state/m.room.history_visibility/", { history_visibility: "joined" })).status).toBe(200);
    await stick(alice, 1, 10_000);
    await stick(alice, 2);
    await say(alice);
    now += 10_000;
    const { next_batch: since } = await sync(bob);
    await enter(bob);
    expect(stuck(await sync(bob, `&since=${since}`))).toEqual([2]);
    expect(stuck(await sync(bob))).toEqual([2]);
    const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { types: ["nothing"] } } }));
    expect(stuck((await server.requestAs<Sync>(bob, "GET", `/sync?filter=${filter}`)).body)).toEqual([2]);
    now += HOUR_MS;
    expect(stuck(await sync(bob))).toEqual([]);
    // What it says stays, as of any event.
    const { chunk } = (await server.requestAs<{ chunk: SyncEvent[] }>(alice, "GET", `/rooms/${room}/messages?dir=b`)).body;
    const said = chunk.find(({ content }) => content["n"] === 2);
    expect(said).toMatchObject({ msc4354_sticky: { duration_ms: HOUR_MS } });
    expect(said?.unsigned).not.toHaveProperty("msc4354_sticky_duration_ttl_ms");
  });

  it("comes to nobody who ignores its sender, who is not in the room, or after it was redacted", async () => {
    const [redacted] = [await stick(alice, 1), await stick(alice, 2)];
    await put(alice, `/redact/${redacted}/1`);
    await say(alice);
    expect(stuck(await sync(bob))).toEqual([]);
    await enter(bob);
    expect(stuck(await sync(bob))).toEqual([2]);
    const ignored = { ignored_users: { [alice.userId]: {} } };
    await server.requestAs(bob, "PUT", `/user/${bob.userId}/account_data/m.ignored_user_list`, ignored);
    expect(stuck(await sync(bob))).toEqual([]);
  });

  it("is sticky for an hour at most, and for a time at least", async () => {
    await stick(alice, 1, 10 * HOUR_MS);
    await say(alice);
    await enter(bob);
    const [event] = (await sync(bob)).rooms?.join[room]?.msc4354_sticky?.events ?? [];
    expect(event).toMatchObject({ unsigned: { msc4354_sticky_duration_ttl_ms: HOUR_MS } });
    for (const duration of ["0", "-1", "long"])
      for (const rest of [`/send/${TYPE}/no`, "/state/org.example.wrong/"])
        expect(await put(alice, `${rest}?org.matrix.msc4354.sticky_duration_ms=${duration}`)).toMatchObject({
          status: 400,
          body: { errcode: "M_INVALID_PARAM" },
        });
  });

  it("may be state, and be sent later", async () => {
    const sticky = "org.matrix.msc4354.sticky_duration_ms=60000";
    expect((await put(alice, `/state/org.example/?${sticky}`, { n: 1 })).status).toBe(200);
    const { body } = await put(alice, `/send/${TYPE}/later?${sticky}&org.matrix.msc4140.delay=3600000`, { n: 2 });
    await server.request("POST", `/_matrix/client/unstable/org.matrix.msc4140/delayed_events/${String(body["delay_id"])}/send`);
    await say(alice);
    await enter(bob);
    expect(stuck(await sync(bob))).toEqual([1, 2]);
  });

  it("is sticky still after a restart", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-sticky-"));
    const [user, usual] = [alice, server];
    try {
      server = await testHomeserver({ dataDir, clock });
      alice = await server.register("restarted");
      room = await server.createRoom(alice);
      await stick(alice, 1, 60_000);
      await stick(alice, 2);
      await say(alice);
      await server.stop();
      now += 60_000;
      server = await testHomeserver({ dataDir, clock });
      expect(stuck(await sync(alice))).toEqual([2]);
      await server.stop();
    } finally {
      [alice, server] = [user, usual];
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe("how many there may be", () => {
  it("is limited for each user and room, until some expire", async () => {
    await enter(bob);
    for (let n = 0; n < limits.stickyEvents.value; n++) await stick(alice, n, n === 0 ? 60_000 : HOUR_MS);
    const more = () => put(alice, `/send/${TYPE}/${++count}?org.matrix.msc4354.sticky_duration_ms=60000`);
    expect(await more()).toMatchObject({ status: 429, body: { errcode: "M_LIMIT_EXCEEDED", retry_after_ms: 60_000 } });
    await stick(bob, 1);
    now += 60_000;
    expect((await more()).status).toBe(200);
  });

  it("is limited by their bytes for each room", async () => {
    await enter(bob);
    const large = { text: "x".repeat(60_000) };
    const send = (user: TestUser) => put(user, `/send/${TYPE}/${++count}?org.matrix.msc4354.sticky_duration_ms=60000`, large);
    let answer = await send(alice);
    let sent = 0;
    for (; answer.status === 200; sent++) answer = await send(sent % 2 === 0 ? alice : bob);
    expect(sent).toBe(Math.floor(limits.stickyBytes.value / 60_400));
    expect(answer).toMatchObject({ status: 429, body: { errcode: "M_LIMIT_EXCEEDED" } });
    await say(alice);
  });
});
