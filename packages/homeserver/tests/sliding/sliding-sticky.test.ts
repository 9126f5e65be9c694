/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Sticky events over sliding sync: by a token of their own, each once, in pages, over a restart.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../../src/testing/index.ts";

const NAME = "org.matrix.msc4354.sticky_events";
interface Answer {
  readonly pos: string;
  readonly extensions: Readonly<
    Record<
      string,
      { readonly next_batch: string; readonly rooms: Readonly<Record<string, { readonly events: readonly AnyBody[] }>> } | undefined
    >
  >;
}
let dataDir = "";
let now = Date.now();
let server: TestHomeserver;
let [alice, bob]: [TestUser, TestUser] = [{} as TestUser, {} as TestUser];
let [room, count] = ["", 0];
const start = async (): Promise<void> =>
  void (server = await testHomeserver({ dataDir, clock: { now: () => now }, config: { cluster: { shards: 2 } } }));
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "patrix-sliding-sticky-"));
  await start();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  [alice, bob] = [await server.register(`alice${++count}`), await server.register(`bob${count}`)];
  room = await server.createRoom(alice);
});

async function stick(n: number, { user = alice, to = room, durationMs = 3_600_000 } = {}): Promise<string> {
  const path = `/rooms/${to}/send/org.example/${++count}?org.matrix.msc4354.sticky_duration_ms=${durationMs}`;
  const { status, body } = await server.requestAs(user, "PUT", path, { n });
  expect(status).toBe(200);
  return String(body["event_id"]);
}
const enter = async (id = room): Promise<void> => void (await server.requestAs(bob, "POST", `/join/${id}`, {}));
const ask = (config: object, pos?: string): Promise<TestResponse<Answer>> =>
  server.request(
    "POST",
    `/_matrix/client/unstable/org.matrix.simplified_msc3575/sync${pos === undefined ? "" : `?pos=${pos}`}`,
    { extensions: { [NAME]: { enabled: true, ...config } } },
    bob.accessToken,
  );
/** What comes after a token, in pages; and the token after that. */
async function told(since?: string, limit?: number): Promise<{ numbers: unknown[]; pages: number; since: string | undefined }> {
  const numbers: unknown[] = [];
  let [token, pages] = [since, 0];
  for (;;) {
    const { body } = await ask({ ...(token !== undefined && { since: token }), ...(limit !== undefined && { limit }) });
    const answer = body.extensions[NAME];
    const found = Object.values(answer?.rooms ?? {}).flatMap(({ events }) => events.map(({ content }) => content?.["n"]));
    token = answer?.next_batch ?? token;
    if (found.length === 0) return { numbers, pages, since: token };
    pages++;
    numbers.push(...found);
  }
}

describe("sticky events over sliding sync", () => {
  it("come once, with the time that is left, to who is in, also over a restart", async () => {
    await enter();
    const first = await told();
    expect([first.numbers, first.since]).toEqual([[], expect.stringMatching(/^k/)]);
    const id = await stick(1, { durationMs: 600_000 });
    now += 60_000;
    const { body } = await ask({ since: first.since });
    expect(body.extensions[NAME]?.rooms[room]?.events).toMatchObject([
      { event_id: id, sender: alice.userId, content: { n: 1 }, unsigned: { msc4354_sticky_duration_ttl_ms: 540_000 } },
    ]);
    expect((await told(body.extensions[NAME]?.next_batch)).numbers).toEqual([]);
    await stick(2);
    await server.stop();
    await start();
    const again = await told(body.extensions[NAME]?.next_batch);
    expect(again.numbers).toEqual([2]);
    expect((await told(again.since)).numbers).toEqual([]);
    now += 600_000;
    expect((await told()).numbers).toEqual([2]);
  });

  it("wake a client that waits, though it knows no room", async () => {
    await enter();
    const { body } = await ask({});
    const config = { extensions: { [NAME]: { enabled: true, since: body.extensions[NAME]?.next_batch } } };
    const waiting = server.request<Answer>(
      "POST",
      `/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=20000&pos=${body.pos}`,
      config,
      bob.accessToken,
    );
    await stick(1);
    expect(Object.keys((await waiting).body.extensions[NAME]?.rooms ?? {})).toEqual([room]);
  });

  it("come all to one who joins, after what came elsewhere meanwhile, in pages without gap or repetition", async () => {
    const other = await server.createRoom(alice);
    await enter(other);
    for (let n = 0; n < 5; n++) await stick(n);
    await stick(100, { to: other });
    const before = await told();
    expect(before.numbers).toEqual([100]);
    await stick(101, { to: other });
    await enter();
    for (let n = 5; n < 8; n++) await stick(n);
    for (const limit of [1, 2, 3, undefined]) {
      const after = await told(before.since, limit);
      expect([limit, after.numbers.length, new Set(after.numbers)]).toEqual([limit, 9, new Set([0, 1, 2, 3, 4, 5, 6, 7, 101])]);
      if (limit !== undefined) expect(after.pages).toBeGreaterThanOrEqual(9 / limit);
    }
  });

  it("are none of rooms that the user is not in, of ignored users, or what was redacted", async () => {
    const [carol, ignored] = [await server.register(`carol${count}`), await server.register(`ignored${count}`)];
    await stick(1);
    expect((await told()).numbers).toEqual([]);
    await enter();
    for (const user of [carol, ignored]) await server.requestAs(user, "POST", `/join/${room}`, {});
    await server.requestAs(bob, "PUT", `/user/${bob.userId}/account_data/m.ignored_user_list`, { ignored_users: { [ignored.userId]: {} } });
    await stick(2, { user: ignored });
    const gone = await stick(3, { user: carol });
    await server.requestAs(carol, "PUT", `/rooms/${room}/redact/${gone}/1`, {});
    await stick(4, { user: carol });
    expect((await told()).numbers).toEqual([1, 4]);
    await server.requestAs(bob, "POST", `/rooms/${room}/leave`, {});
    expect((await told()).numbers).toEqual([]);
  });

  it("are so many in an answer, whatever the client asks", async () => {
    await enter();
    const most = limits.slidingStickyEvents.value;
    const carol = await server.register(`more${count}`);
    await server.requestAs(carol, "POST", `/join/${room}`, {});
    for (let n = 0; n < most; n++) await stick(n);
    await stick(most, { user: carol });
    const { body } = await ask({ limit: most * 10 });
    expect(body.extensions[NAME]?.rooms[room]?.events).toHaveLength(most);
    expect((await told(body.extensions[NAME]?.next_batch)).numbers).toEqual([most]);
  });

  it.each(["", "k", "k1", "t1", "k1.1_1.1_1.1", "kzzzzzzzzzzzz.1_1.1", 7])("are refused for the token %j", async (since) => {
    const { status, body } = await ask({ since });
    expect([status, (body as unknown as AnyBody)["errcode"]]).toEqual([400, expect.stringMatching(/^M_(INVALID_PARAM|BAD_JSON)$/)]);
  });
});
