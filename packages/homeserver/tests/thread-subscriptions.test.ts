// Which threads users follow: over HTTP, with what that does to notifications.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { position } from "../src/log/position.ts";
import { type AnyBody, type TestResponse, type TestUser } from "../src/testing/index.ts";
import { operation } from "../src/store/statement.ts";
import { upsertThreadSubscription } from "../src/store/statements/thread-subscriptions.ts";
import type { ComposedHomeserver } from "../src/compose/create-homeserver.ts";
import { composed } from "./remote/compose.ts";

type Answer = Promise<TestResponse<AnyBody>>;
let server: ComposedHomeserver;
let users = 0;
let [alice, bob]: TestUser[] = [];
let room = "";
let root = "";
beforeAll(async () => void (server = await composed()));
afterAll(() => server[Symbol.asyncDispose]());

async function ask(user: TestUser | undefined, method: string, path: string, body?: object): Answer {
  const response = await fetch(`${server.url}/_matrix/client${path}`, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${user?.accessToken ?? ""}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as AnyBody };
}
async function register(): Promise<TestUser> {
  const auth = { type: "m.login.dummy" };
  const { body } = await ask(undefined, "POST", "/v3/register", { username: `user${++users}`, password: "secret", auth });
  return { userId: body["user_id"] as never, accessToken: String(body["access_token"]), deviceId: String(body["device_id"]) };
}
async function send(user: TestUser | undefined, content: object = {}): Promise<string> {
  const said = { msgtype: "m.text", body: "hello", ...content };
  const { status, body } = await ask(user, "PUT", `/v3/rooms/${room}/send/m.room.message/${++users}`, said);
  expect(status).toBe(200);
  return String(body["event_id"]);
}
const reply = (user: TestUser | undefined, to = root, more: object = {}): Promise<string> =>
  send(user, { "m.relates_to": { rel_type: "m.thread", event_id: to }, ...more });
const path = (of = root): string => `/unstable/io.element.msc4306/rooms/${room}/thread/${encodeURIComponent(of)}/subscription`;
const follow = (automatic?: string, of = root): Answer => ask(bob, "PUT", path(of), automatic === undefined ? {} : { automatic });
const state = async (): Promise<unknown> => {
  const { status, body } = await ask(bob, "GET", path());
  return status === 200 ? body["automatic"] : [status, body["errcode"]];
};
const none = [404, "M_NOT_FOUND"];

beforeEach(async () => {
  [alice, bob] = [await register(), await register()];
  room = String((await ask(alice, "POST", "/v3/createRoom", { preset: "public_chat" })).body["room_id"]);
  expect((await ask(bob, "POST", `/v3/join/${room}`, {})).status).toBe(200);
  root = await send(alice);
});

describe("a subscription to a thread", () => {
  it("is made by the user or by a client of itself, and ended, and what the user says goes before", async () => {
    expect(await state()).toEqual(none);
    const cause = await reply(alice);
    for (const [asked, told] of [
      [cause, true],
      [undefined, false],
      [cause, false],
    ] as const) {
      expect((await follow(asked)).status).toBe(200);
      expect(await state()).toBe(told);
    }
    for (let i = 0; i < 2; i++) expect(await ask(bob, "DELETE", path())).toMatchObject({ status: 200, body: {} });
    expect(await state()).toEqual(none);
  });

  it("is not made again by a client because of what was there when the user unsubscribed, but because of what came since", async () => {
    const cause = await reply(alice);
    await follow(cause);
    await ask(bob, "DELETE", path());
    expect(await follow(cause)).toMatchObject({ status: 409, body: { errcode: "IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION" } });
    expect(await state()).toEqual(none);
    expect((await follow(await reply(alice))).status).toBe(200);
    await ask(bob, "DELETE", path());
    expect((await follow()).status).toBe(200);
    expect(await state()).toBe(false);
  });

  it("is made because of an event of the thread, whatever relates to that", async () => {
    const inThread = await reply(alice);
    const edit = await send(alice, { "m.new_content": {}, "m.relates_to": { rel_type: "m.replace", event_id: inThread } });
    for (const cause of [await send(alice), await reply(alice, await send(alice)), root])
      expect(await follow(cause)).toMatchObject({ status: 400, body: { errcode: "IO.ELEMENT.MSC4306.M_NOT_IN_THREAD" } });
    expect(await follow("$unknown")).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
    expect((await follow(edit)).status).toBe(200);
  });

  it("is refused beyond a number of threads, and what is there can still be changed", async () => {
    const { core, rooms } = server.parts;
    const userNid = await core.users.intern(bob?.userId ?? "");
    const roomNid = rooms.rooms.get(room).nid;
    await follow();
    const rest = Array.from({ length: limits.threadSubscriptions.value - 1 }, (_, i) =>
      operation(upsertThreadSubscription, userNid, roomNid, `$other${i}`, 1, 0, position(1, 0), 0),
    );
    await core.log.append({ positions: [], operations: rest });
    expect(await follow(undefined, await send(alice))).toMatchObject({ status: 413, body: { errcode: "M_TOO_LARGE" } });
    for (const method of ["DELETE", "PUT"]) expect((await ask(bob, method, path(), method === "PUT" ? {} : undefined)).status).toBe(200);
    expect(await state()).toBe(false);
  });
});

describe("the changes of subscriptions", () => {
  const list = async (query = ""): Promise<AnyBody> =>
    (await ask(bob, "GET", `/unstable/io.element.msc4308/thread_subscriptions?dir=b${query}`)).body;
  const shown = (page: AnyBody): [subscribed: string[], unsubscribed: string[]] => [
    Object.keys(page["subscribed"]?.[room] ?? {}),
    Object.keys(page["unsubscribed"]?.[room] ?? {}),
  ];

  it("come the latest first, in pages, each thread as it is now", async () => {
    const roots: string[] = [];
    for (let i = 0; i < 4; i++) roots.push(await send(alice));
    for (const each of roots) await follow(undefined, each);
    await ask(bob, "DELETE", path(roots[1]));
    const { next_batch: middle } = (await ask(bob, "GET", "/v3/sync")).body;
    await follow(undefined, roots[0]);
    await follow(undefined, root);
    const first = await list("&limit=2");
    expect(shown(first)).toEqual([[root], [roots[1]]]);
    expect(first["subscribed"]?.[room]?.[root]).toEqual({ automatic: false, bump_stamp: expect.any(Number) as unknown });
    const second = await list(`&limit=2&from=${first["end"] ?? ""}`);
    expect([shown(second), second["end"] !== undefined]).toEqual([[[roots[3], roots[2]], []], true]);
    const last = await list(`&limit=2&from=${second["end"] ?? ""}`);
    expect([shown(last), last["end"]]).toEqual([[[roots[0]], []], undefined]);
    expect(shown(await list(`&to=${middle ?? ""}`))).toEqual([[root], []]);
    expect(Number(first["subscribed"]?.[room]?.[root]?.["bump_stamp"])).toBeGreaterThan(
      Number(second["subscribed"]?.[room]?.[roots[3] ?? ""]?.["bump_stamp"]),
    );
  });

  it("come by the extension of sliding sync, first those of now, then what changes, also to whoever waits for it", async () => {
    const name = "io.element.msc4308.thread_subscriptions";
    const slide = async (pos?: string, limit = 2, query = ""): Promise<{ pos: string; told: AnyBody | undefined }> => {
      const at = `/unstable/org.matrix.simplified_msc3575/sync?${pos === undefined ? "" : `pos=${encodeURIComponent(pos)}`}${query}`;
      const { status, body } = await ask(bob, "POST", at, { extensions: { [name]: { enabled: true, limit } } });
      expect(status).toBe(200);
      return { pos: String(body["pos"]), told: body["extensions"]?.[name] };
    };
    const empty = await slide();
    expect(empty.told).toBeUndefined();
    const roots = [await send(alice), await send(alice)];
    for (const each of [root, ...roots]) await follow(undefined, each);
    const { pos, told } = await slide(empty.pos);
    expect(told && shown(told)).toEqual([roots.toReversed(), []]);
    // The rest is had from where the extension ends, back to what was told before.
    expect(shown(await list(`&from=${told?.["prev_batch"]}&to=${encodeURIComponent(empty.pos)}`))).toEqual([[root], []]);
    const waiting = slide(pos, 2, "&timeout=20000");
    await ask(bob, "DELETE", path());
    const ended = await waiting;
    expect([ended.told && shown(ended.told), ended.told?.["prev_batch"]]).toEqual([[[], [root]], undefined]);
    expect((await slide(ended.pos)).told).toBeUndefined();
    expect(
      (await ask(bob, "POST", "/unstable/org.matrix.simplified_msc3575/sync", { extensions: { [name]: {} } })).body["extensions"],
    ).toEqual({});
  });

  it("are a user's own, at most a hundred at once, and tokens of nobody are refused", async () => {
    await follow();
    expect(shown((await ask(alice, "GET", "/unstable/io.element.msc4308/thread_subscriptions?dir=b")).body)).toEqual([[], []]);
    for (let i = 0; i < limits.threadSubscriptionsPage.value; i++) await follow(undefined, await send(alice));
    const page = await list("&limit=1000");
    expect([shown(page)[0].length, page["end"] !== undefined]).toEqual([limits.threadSubscriptionsPage.value, true]);
    for (const query of ["&limit=0", "&from=x", "&to=x"]) expect(await list(query)).toMatchObject({ errcode: "M_INVALID_PARAM" });
    expect((await ask(bob, "GET", "/unstable/io.element.msc4308/thread_subscriptions?dir=f")).status).toBe(400);
  });
});

describe("notifications", () => {
  const unread = async (): Promise<unknown> => {
    const { body } = await ask(
      bob,
      "GET",
      `/v3/sync?filter=${encodeURIComponent('{"room":{"timeline":{"unread_thread_notifications":true}}}')}`,
    );
    const { unread_notifications: main, unread_thread_notifications: threads } = (body["rooms"]?.["join"]?.[room] ?? {}) as {
      unread_notifications?: { notification_count: number };
      unread_thread_notifications?: Record<string, { notification_count: number; highlight_count: number }>;
    };
    return [main?.notification_count, threads?.[root]?.notification_count ?? 0, threads?.[root]?.highlight_count ?? 0];
  };

  it("come of every thread as long as a user follows none, and then of those that the user follows", async () => {
    await reply(alice);
    expect(await unread()).toEqual([1, 1, 0]);
    const other = await send(alice);
    await follow(undefined, other);
    await reply(alice);
    expect(await unread()).toEqual([2, 1, 0]);
    await follow();
    await reply(alice);
    expect(await unread()).toEqual([2, 2, 0]);
    await ask(bob, "DELETE", path());
    await reply(alice);
    expect(await unread()).toEqual([2, 2, 0]);
  });

  it("come of a thread that is not followed where it mentions the user", async () => {
    await follow(undefined, await send(alice));
    await reply(alice, root, { "m.mentions": { user_ids: [bob?.userId] } });
    expect(await unread()).toEqual([2, 1, 1]);
  });

  it("follow rules that clients see, and cannot add to", async () => {
    const rules = async (): Promise<unknown> => (await ask(bob, "GET", "/v3/pushrules/")).body["global"]?.["postcontent"];
    expect(await rules()).toBeUndefined();
    await follow();
    expect(await rules()).toMatchObject([
      { rule_id: ".io.element.msc4306.rule.unsubscribed_thread", enabled: true, actions: [] },
      { rule_id: ".io.element.msc4306.rule.subscribed_thread", enabled: true },
    ]);
    const own = await ask(bob, "PUT", "/v3/pushrules/global/postcontent/mine", { actions: [], conditions: [] });
    expect(own).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
  });
});

it("is announced", async () => {
  expect((await ask(undefined, "GET", "/versions")).body["unstable_features"]).toMatchObject({
    "org.matrix.msc4306": true,
    "org.matrix.msc4308": true,
  });
});
