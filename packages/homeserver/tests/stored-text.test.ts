// What users store comes back in syncs and other reads: none of it may be more than the server can hold.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";

/** Sends requests of a user, a few at once. */
async function all(count: number, request: (index: number) => Promise<number>): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  for (let done = 0; done < count; done += 8) {
    const answers = Array.from({ length: Math.min(8, count - done) }, (_, i) => request(done + i));
    for (const status of await Promise.all(answers)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  return statuses;
}

async function send(base: string, method: string, path: string, body: unknown, token?: string): Promise<{ status: number; body: AnyBody }> {
  const answer = await fetch(base + client + path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: answer.status, body: (await answer.json()) as AnyBody };
}

it("a server with a small heap outlives a member who stores all that they can, and answers the next sync", async () => {
  await using server = await smallHeapServer(48);
  const register = async (username: string): Promise<string> =>
    (await send(server.url, "POST", "/register", { username, password: "x", auth: { type: "m.login.dummy" } })).body[
      "access_token"
    ] as string;
  const [alice, mallory] = [await register("alice"), await register("mallory")];
  const room = (await send(server.url, "POST", "/createRoom", { preset: "public_chat" }, alice)).body["room_id"] as string;
  await send(server.url, "POST", `/join/${room}`, {}, mallory);
  const event = (await send(server.url, "PUT", `/rooms/${room}/send/org.example/1`, {}, alice)).body["event_id"] as string;
  const receipt = (thread_id: string): Promise<number> =>
    send(server.url, "POST", `/rooms/${room}/receipt/m.read/${event}`, { thread_id }, mallory).then(({ status }) => status);
  const piece = (type: string, bytes: number): Promise<number> =>
    send(server.url, "PUT", `/user/@mallory:localhost/account_data/${type}`, { text: "x".repeat(bytes) }, mallory).then(
      ({ status }) => status,
    );
  const large = await all(64, (i) => receipt(`$${i}${"x".repeat(1_000_000)}:localhost`));
  const threads = await all(200, (i) => receipt(`$${i}:localhost`));
  const data = await all(64, (i) => piece(`t${i}`, 1_000_000));
  const smaller = await all(40, (i) => piece(`s${i}`, 250_000));
  for (const token of [alice, mallory]) expect((await send(server.url, "GET", "/sync", undefined, token)).status).toBe(200);
  expect([...large.keys()]).toEqual([400]);
  expect(threads).toEqual(new Map([[200, 200]]));
  expect([...data.keys()]).toEqual([413]);
  expect(smaller.get(200)).toBe(Math.floor(limits.accountDataTotalBytes.value / 250_000));
  expect(server.isAlive()).toBe(true);
});

async function smallHeapServer(megabytes: number): Promise<{ url: string; isAlive: () => boolean } & AsyncDisposable> {
  const worker = new Worker(new URL("./small-heap-server.ts", import.meta.url), {
    execArgv: ["-C", "@patrix/source"],
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
  });
  let alive = true;
  worker.once("exit", () => (alive = false));
  const [url] = (await once(worker, "message")) as [string];
  return {
    url,
    isAlive: () => alive,
    async [Symbol.asyncDispose]() {
      if (!alive) return;
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
      worker.postMessage("stop");
      await once(worker, "exit");
    },
  };
}

interface ReceiptSync {
  readonly rooms: {
    readonly join: Record<string, { ephemeral: { events: { type: string; content: Record<string, Record<string, object>> }[] } }>;
  };
}

describe("receipts", () => {
  async function roomOf(server: TestHomeserver, user: TestUser, count = 3): Promise<{ room: string; events: string[] }> {
    const { body } = await server.request("POST", `${client}/createRoom`, { preset: "public_chat" }, user.accessToken);
    const room = String(body["room_id"]);
    const events: string[] = [];
    for (let i = 0; i < count; i++) {
      const sent = await server.request("PUT", `${client}/rooms/${room}/send/org.example/${i}`, {}, user.accessToken);
      events.push(String(sent.body["event_id"]));
    }
    return { room, events };
  }

  it.each(["", "Main", "thread", `$${"x".repeat(255)}:localhost`, "$"])("refuse the thread %j", async (thread_id) => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { room, events } = await roomOf(server, alice);
    const path = `${client}/rooms/${room}/receipt/m.read/${events[0]}`;
    const { status, body } = await server.request("POST", path, { thread_id }, alice.accessToken);
    expect([status, body["errcode"]]).toEqual([400, "M_INVALID_PARAM"]);
    expect(body["error"]).toMatch(/thread_id/);
  });

  it("are kept for the newest threads of a user, and always for the main timeline and the whole room", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { room, events } = await roomOf(server, alice);
    const read = (event: string | undefined, body: object): Promise<unknown> =>
      server.request("POST", `${client}/rooms/${room}/receipt/m.read/${event}`, body, alice.accessToken);
    await read(events[0], {});
    await read(events[1], { thread_id: "main" });
    const past = 5;
    const count = limits.receiptThreads.value + past;
    const sent: string[] = [];
    for (let i = 0; i < count; i++) {
      const { body } = await server.request("PUT", `${client}/rooms/${room}/send/org.example/t${i}`, {}, alice.accessToken);
      sent.push(String(body["event_id"]));
      await read(sent[i], { thread_id: `$thread-${i}:localhost` });
    }
    const { body } = await server.request<ReceiptSync>("GET", `${client}/sync`, undefined, alice.accessToken);
    const shown = Object.keys(body.rooms.join[room]?.ephemeral.events.find(({ type }) => type === "m.receipt")?.content ?? {});
    expect(shown).toEqual([events[0], events[1], ...sent.slice(past)]);
  });

  it("of others are the newest ones where there are many, and the user's own are all there", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { room, events } = await roomOf(server, alice, limits.receiptThreads.value + 1);
    const read = (user: TestUser, i: number): Promise<unknown> => {
      const body = i === 0 ? {} : { thread_id: `$thread-${i}:localhost` };
      return server.request("POST", `${client}/rooms/${room}/receipt/m.read/${events[i]}`, body, user.accessToken);
    };
    for (const i of [0, 1]) await read(alice, i);
    for (let user = 0; user < 10; user++) {
      const other = await server.register(`other${user}`);
      await server.request("POST", `${client}/join/${room}`, {}, other.accessToken);
      await Promise.all(events.map((_, i) => read(other, i)));
    }
    const { body } = await server.request<ReceiptSync>("GET", `${client}/sync`, undefined, alice.accessToken);
    const content = body.rooms.join[room]?.ephemeral.events.find(({ type }) => type === "m.receipt")?.content ?? {};
    const readers = Object.values(content).flatMap((byType) => Object.keys(byType["m.read"] ?? {}));
    expect(events.length * 10).toBeGreaterThan(limits.receiptsInAnswer.value);
    expect(readers.filter((reader) => reader !== alice.userId)).toHaveLength(limits.receiptsInAnswer.value);
    expect(readers.filter((reader) => reader === alice.userId)).toHaveLength(2);
  });
});

describe("account data", () => {
  const put = (server: TestHomeserver, user: TestUser, path: string, content: unknown): Promise<TestResponse<AnyBody>> =>
    server.request("PUT", `${client}/user/${user.userId}${path}`, content, user.accessToken);

  it("is bounded for one room, where a smaller piece can still replace a larger one", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { body } = await server.request("POST", `${client}/createRoom`, {}, alice.accessToken);
    const at = (type: string): string => `/rooms/${String(body["room_id"])}/account_data/${type}`;
    const half = { text: "x".repeat(limits.accountDataRoomBytes.value / 2 - 100) };
    expect((await put(server, alice, at("a"), half)).status).toBe(200);
    expect((await put(server, alice, at("b"), half)).status).toBe(200);
    const refused = await put(server, alice, at("c"), half);
    expect([refused.status, refused.body["errcode"]]).toEqual([413, "M_TOO_LARGE"]);
    expect((await server.request("GET", `${client}/user/${alice.userId}${at("c")}`, undefined, alice.accessToken)).status).toBe(404);
    expect((await put(server, alice, at("a"), {})).status).toBe(200);
    expect((await put(server, alice, at("c"), half)).status).toBe(200);
    expect((await put(server, alice, "/account_data/c", half)).status).toBe(200);
  });

  it("is bounded in number for one room, also when all comes at once", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { body } = await server.request("POST", `${client}/createRoom`, {}, alice.accessToken);
    const room = String(body["room_id"]);
    const statuses = await all(limits.accountDataRoomItems.value + 40, async (i) => {
      return (await put(server, alice, `/rooms/${room}/account_data/t${i}`, {})).status;
    });
    expect(statuses).toEqual(
      new Map([
        [200, limits.accountDataRoomItems.value],
        [413, 40],
      ]),
    );
  });

  it("keeps every tag of those that are set at the same time", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { body } = await server.request("POST", `${client}/createRoom`, {}, alice.accessToken);
    const tags = `/rooms/${String(body["room_id"])}/tags`;
    await Promise.all(["a", "b", "c", "d"].map((tag) => put(server, alice, `${tags}/u.${tag}`, {})));
    const stored = await server.request("GET", `${client}/user/${alice.userId}${tags}`, undefined, alice.accessToken);
    expect(Object.keys(stored.body["tags"] ?? {}).toSorted()).toEqual(["u.a", "u.b", "u.c", "u.d"]);
  });
});

describe("pushers", () => {
  it("are bounded in number and size", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const set = (pushkey: string, more: object = {}): Promise<number> => {
      const url = "https://push.example.org/_matrix/push/v1/notify";
      const pusher = { pushkey, kind: "http", app_id: "app", app_display_name: "App", device_display_name: "Phone", lang: "en" };
      return server
        .request("POST", `${client}/pushers/set`, { ...pusher, data: { url, ...more } }, alice.accessToken)
        .then(({ status }) => status);
    };
    expect(await set("large", { text: "x".repeat(limits.pusherBytes.value) })).toBe(413);
    expect(await all(limits.pushers.value, (i) => set(`key${i}`))).toEqual(new Map([[200, limits.pushers.value]]));
    expect(await set("one more")).toBe(413);
    expect(await set("key1")).toBe(200);
  });
});

describe("a key backup", () => {
  it("is read and sent in pages, and every key of it arrives once", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const as = (method: string, path: string, body?: unknown): Promise<TestResponse<AnyBody>> =>
      server.request(method, `${client}/room_keys${path}`, body, alice.accessToken);
    const version = String((await as("POST", "/version", { algorithm: "a", auth_data: {} })).body["version"]);
    const empty = await as("GET", `/keys?version=${version}`);
    expect(empty.body).toEqual({ rooms: {} });
    expect((await as("GET", `/keys/!none:x?version=${version}`)).body).toEqual({ sessions: {} });
    const key = (text: string): object => ({
      first_message_index: 1,
      forwarded_count: 0,
      is_verified: true,
      session_data: { text },
    });
    const perRoom = { "!a:x": 250, "!b:x": 1, "!c:x": 100, "!d:x": 149 };
    const rooms = Object.fromEntries(
      Object.entries(perRoom).map(([roomId, count]) => [
        roomId,
        { sessions: Object.fromEntries(Array.from({ length: count }, (_, i) => [`session-${i}`, key(`${roomId} ${i}`)])) },
      ]),
    );
    expect((await as("PUT", `/keys?version=${version}`, { rooms })).body).toMatchObject({ count: 500 });
    expect((await as("GET", `/keys?version=${version}`)).body).toEqual({ rooms });
    for (const roomId of Object.keys(perRoom)) expect((await as("GET", `/keys/${roomId}?version=${version}`)).body).toEqual(rooms[roomId]);
    expect((await as("GET", "/keys?version=99")).status).toBe(404);
    expect((await as("DELETE", `/keys/!a:x?version=${version}`)).body).toMatchObject({ count: 250 });
    expect((await as("DELETE", `/keys/!b:x/session-0?version=${version}`)).body).toMatchObject({ count: 249 });
    expect((await as("DELETE", `/keys?version=${version}`)).body).toMatchObject({ count: 0 });
    expect((await as("GET", `/keys?version=${version}`)).body).toEqual({ rooms: {} });
  });
});
