/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What may go wrong with encrypted rooms, and must not: plain text, lost keys, lost messages.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Client,
  type ClientOptions,
  createClient,
  type MatrixEvent,
  memoryStore,
  type Room,
  silentLogger,
  type Store,
} from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { type IndexedDBMounts, openIndexedDB } from "@patrix/idb-sqlite";
import { hear, roomOf, says } from "./encrypted-rooms.ts";
import { untilSays } from "./timelines.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-encryption-"));
let files = 0;
const path = (): string => join(folder, `${(files += 1)}.db`);
let server: LocalHomeserver;
beforeAll(async () => {
  server = await localHomeserver(["ann", "bob", "carl"]);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  server.intercept = undefined;
  server.requests.length = 0;
});

async function logIn(user: string, more: ClientOptions = {}): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger, encryption: true, ...more });
  if (!client.session.value) await client.login.password(user, `${user}-password`);
  return client;
}

interface Sync {
  to_device?: { events: unknown[] };
  rooms?: { join?: Record<string, Record<string, { events: { type: string }[] }>> };
}

/** A fetch whose answers of sync are changed on their way. */
function changing(change: (sync: Sync) => void): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await server.fetch(input, init);
    if (!new URL(input instanceof Request ? input.url : input).pathname.endsWith("/sync") || !response.ok) return response;
    const body = (await response.json()) as Sync;
    change(body);
    return Response.json(body);
  };
}

/** A network that keeps messages to devices back until they are released. */
class HeldMessages {
  #held: unknown[] = [];
  isHolding = true;
  readonly fetch = changing((sync) => {
    this.#held.push(...(sync.to_device?.events ?? []));
    sync.to_device = { events: this.isHolding ? [] : this.#held.splice(0) };
  });
}

/** What left the client of a room or as a file, as text. */
function watchBodies(): string[] {
  const bodies: string[] = [];
  server.intercept = (requested, init) => {
    const { body } = init ?? {};
    const text = body instanceof Uint8Array ? Buffer.from(body).toString("latin1") : body;
    if (/\/send\/|\/upload/.test(requested)) bodies.push(`${requested} ${text as string}`);
    return undefined;
  };
  return bodies;
}

describe("an encrypted room", () => {
  it("gets no plain text of any kind, neither in events nor in files", async () => {
    await using ann = await logIn("ann");
    await ann.start();
    const room = await ann.rooms.create({ encrypted: true });
    const bodies = watchBodies();
    const file = { data: new TextEncoder().encode("secret file"), name: "secret.txt" };
    const custom = { type: "org.example.custom", content: { parse: (value: unknown) => value as object } };
    await Promise.all([
      room.send.text("secret"),
      room.send.html("<b>secret</b>"),
      room.send.markdown("**secret**"),
      room.send.location("geo:secret"),
      room.send.event(custom as never, { secret: "secret" }),
      room.thread("$root").send.text("secret"),
      room.send.file(file, { thumbnail: { ...file, name: "secret.png" } }),
    ]);
    expect(bodies.filter((text) => text.includes("secret"))).toEqual([]);
    expect(bodies.filter((text) => text.includes("/send/")).every((text) => text.includes("/send/m.room.encrypted/"))).toBe(true);
    expect(bodies.filter((text) => text.includes("/upload"))).toHaveLength(2);
    expect(bodies.filter((text) => text.includes("$root"))).toHaveLength(1);
  });

  it("is one from the moment that it becomes one, also for what waited", async () => {
    await using ann = await logIn("ann");
    await ann.start();
    const room = await ann.rooms.create({});
    const bodies = watchBodies();
    const watched = server.intercept;
    server.intercept = (requested, init) =>
      requested.includes("/send/m.room.message") ? new Response("", { status: 502 }) : watched?.(requested, init);
    const waiting = room.send.text("secret");
    await waiting.state.until((state) => state === "sending");
    await room.state.set("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" });
    await waiting;
    expect(bodies.filter((text) => text.includes("secret"))).toEqual([]);
  });

  it("stays one, though the server no longer says so", async () => {
    const store = sqliteStore(path());
    let roomId: Room["id"];
    {
      await using ann = await logIn("ann", { store });
      await ann.start();
      const room = await ann.rooms.create({ encrypted: true });
      await room.send.text("first");
      roomId = room.id;
    }
    const again = sqliteStore(join(folder, `${files}.db`));
    // All that the store of rooms knows is lost; the keys are not.
    for (const table of ["rooms", "state"] as const)
      for (const key of (await again.all(table)).keys()) await again.write([{ table, key, value: undefined }]);
    await again.write([{ table: "sync", key: "token", value: undefined }]);
    const strip = changing((sync) => {
      for (const room of Object.values(sync.rooms?.join ?? {}))
        for (const part of ["state", "state_after", "timeline"])
          if (room[part]) room[part].events = room[part].events.filter(({ type }) => type !== "m.room.encryption");
    });
    const fetch: typeof globalThis.fetch = async (input, init) =>
      new URL(input instanceof Request ? input.url : input).pathname.endsWith("/state/m.room.encryption/")
        ? Response.json({ errcode: "M_NOT_FOUND", error: "no" }, { status: 404 })
        : strip(input, init);
    await using ann = await logIn("ann", { store: again, fetch });
    await ann.start();
    const room = ann.rooms.get(roomId);
    expect(room?.state.get("m.room.encryption")).toBeUndefined();
    const bodies = watchBodies();
    await room?.send.text("secret");
    expect(bodies).toHaveLength(1);
    expect(bodies.join()).not.toContain("secret");
  });

  it("gets no plain text while it is new, and sync does not tell yet that it is encrypted", async () => {
    const strip = changing((sync) => {
      for (const room of Object.values(sync.rooms?.join ?? {}))
        for (const part of ["state", "state_after", "timeline"])
          if (room[part]) room[part].events = room[part].events.filter(({ type }) => type !== "m.room.encryption");
    });
    await using ann = await logIn("ann", { fetch: strip });
    await ann.start();
    const room = await ann.rooms.create({ encrypted: true });
    const bodies = watchBodies();
    await room.send.text("secret");
    expect(bodies).toHaveLength(1);
    expect(bodies.join()).not.toContain("secret");
  });

  it("of an algorithm that is not known gets nothing", async () => {
    await using ann = await logIn("ann");
    await ann.start();
    const room = await ann.rooms.create({});
    await room.state.set("m.room.encryption", { algorithm: "m.future" });
    await room.info.until(() => room.encrypted);
    const bodies = watchBodies();
    await expect(Promise.resolve(room.send.text("secret"))).rejects.toMatchObject({
      code: "ENCRYPTION_FAILED",
      message: expect.stringContaining('"m.future"'),
    });
    expect(bodies).toEqual([]);
  });

  it("has files that only members can read, and that are what was sent", async () => {
    await using ann = await logIn("ann");
    await using bob = await logIn("bob");
    await Promise.all([ann.start(), bob.start()]);
    const [mine] = await roomOf(ann, bob);
    const heard = hear(bob);
    const data = new Uint8Array(100_000).map((_, at) => at % 251);
    await mine.send.image({ data, name: "cat.png" }, { caption: "my cat" });
    const event = await heard(({ content }) => content.msgtype === "m.image");
    const blob = await event.download();
    expect([blob.type, Buffer.from(await blob.arrayBuffer()).equals(data)]).toEqual(["image/png", true]);
    server.intercept = (requested) => (requested.includes("/download/") ? new Response(new Uint8Array(100_000)) : undefined);
    await expect(event.download()).rejects.toMatchObject({ code: "BAD_FILE" });
  });

  it("is written to with another key when its settings say so, and when somebody leaves", async () => {
    await using ann = await logIn("ann");
    await using bob = await logIn("bob");
    await Promise.all([ann.start(), bob.start()]);
    const [mine, theirs] = await roomOf(ann, bob);
    await mine.state.set("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 2 });
    await mine.info.until(() => mine.state.get("m.room.encryption")?.rotation_period_msgs === 2);
    const sessions: string[] = [];
    server.intercept = (requested, init) => {
      if (requested.includes("/send/m.room.encrypted/"))
        sessions.push((JSON.parse(init?.body as string) as { session_id: string }).session_id);
      return undefined;
    };
    await mine.send.text("1");
    await mine.send.text("2");
    await theirs.leave();
    await mine.info.until(() => mine.members.get(bob.userId)?.membership === "leave");
    await mine.send.text("3");
    expect(new Set(sessions).size).toBe(2);
    expect(sessions[0]).toBe(sessions[1]);
  });

  it("can be read by who is invited and joins later", async () => {
    await using ann = await logIn("ann");
    await using carl = await logIn("carl");
    await Promise.all([ann.start(), carl.start()]);
    const room = await ann.rooms.create({ encrypted: true, invite: [carl.userId] });
    await carl.rooms.invites.until((rooms) => rooms.some(({ id }) => id === room.id));
    const id = await room.send.text("before you came");
    const joined = await carl.rooms.join(room.id);
    expect((await joined.event(id)).content).toMatchObject({ body: "before you came" });
  });

  it("takes edits only from who sent what they replace", async () => {
    await using ann = await logIn("ann");
    await using bob = await logIn("bob");
    await Promise.all([ann.start(), bob.start()]);
    const [mine, theirs] = await roomOf(ann, bob);
    const heard = hear(bob);
    const id = await mine.send.text("as it was");
    const event = await mine.event(id);
    const forged = { msgtype: "m.text" as const, body: "* forged", "m.new_content": { msgtype: "m.text", body: "forged" } };
    await theirs.send.event("m.room.message", { ...forged, "m.relates_to": { rel_type: "m.replace", event_id: id } } as never);
    await event.edit.text("as it is");
    const edit = await heard(({ isEdit }) => isEdit);
    expect([edit.text, edit.sender.id]).toEqual(["as it is", ann.userId]);
  });
});

describe("a message whose key is late", () => {
  const failed = (client: Client): Promise<MatrixEvent> =>
    new Promise((resolve) => client.on({ type: "m.room.encrypted", content: { parse: (value) => value } }, resolve));

  it("is told of as such, and handed on when the key comes", async () => {
    const held = new HeldMessages();
    await using ann = await logIn("ann");
    await using bob = await logIn("bob", { fetch: held.fetch });
    await Promise.all([ann.start(), bob.start()]);
    const [mine, theirs] = await roomOf(ann, bob);
    const [heard, undecryptable] = [hear(bob), failed(bob)];
    await using timeline = theirs.timeline();
    await mine.send.text("late");
    const [line] = (await timeline.items.until((items) => items.at(-1)?.kind === "undecryptable")).slice(-1);
    expect(line?.kind === "undecryptable" && line.cause).toMatch(/key/);
    expect((await undecryptable).encryption).toMatchObject({ state: "failed" });
    expect(theirs.latest?.type).toBe("m.room.encrypted");
    held.isHolding = false;
    // Something has to come, so that sync goes on.
    await mine.setTyping(true);
    expect((await heard(says("late"))).encryption?.state).toBe("warning");
    expect(theirs.latest?.content).toMatchObject({ body: "late" });
    const shown = await untilSays(timeline, "late");
    expect([shown.key, shown.event.encryption?.state]).toEqual([line?.key, "warning"]);
  });

  it("is not lost over a restart", async () => {
    const held = new HeldMessages();
    const file = path();
    await using ann = await logIn("ann");
    let mine: Room;
    {
      await using bob = await logIn("bob", { fetch: held.fetch, store: sqliteStore(file) });
      await Promise.all([ann.start(), bob.start()]);
      [mine] = await roomOf(ann, bob);
      const undecryptable = failed(bob);
      await mine.send.text("later");
      await undecryptable;
    }
    held.isHolding = false;
    {
      await using bob = await logIn("bob", { fetch: held.fetch, store: sqliteStore(file) });
      const heard = hear(bob);
      await bob.start();
      await using timeline = (bob.rooms.get(mine.id) as Room).timeline();
      await timeline.items.until((items) => items.some(({ kind }) => kind === "undecryptable"));
      await mine.setTyping(true);
      expect((await heard(says("later"))).isOwn).toBe(false);
      await untilSays(timeline, "later");
    }
    // What was decrypted once is there at once, with what is known of how it was encrypted.
    await using bob = await logIn("bob", { fetch: held.fetch, store: sqliteStore(file) });
    await bob.start();
    await using timeline = (bob.rooms.get(mine.id) as Room).timeline();
    await timeline.items.until((items) => items.length > 0);
    expect(timeline.items.value.at(-1)).toMatchObject({ message: { text: "later", encryption: { state: "warning" } } });
  });
});

/** A store that tells for which devices its keys were opened. */
function countingKeys(inner: Store): { readonly store: Store; readonly opened: readonly string[] } {
  const opened: string[] = [];
  const open: NonNullable<Store["keys"]>["open"] = (name) => {
    opened.push(name);
    return inner.keys!.open(name);
  };
  return { opened, store: { ...inner, keys: { open, remove: (name) => inner.keys!.remove(name) } } };
}

describe("the keys of a device", () => {
  it("are stored before the position of the sync that brought them", async () => {
    const held = new HeldMessages();
    const file = path();
    await using ann = await logIn("ann", { store: sqliteStore(path()) });
    await ann.start();
    const inner = sqliteStore(file);
    // From some moment on nothing can be kept, as on a full disk.
    let fail: () => void = () => {};
    const open: NonNullable<Store["keys"]>["open"] = async (name) => {
      const keys = openIndexedDB(":memory:");
      fail = () => keys.close();
      const mounts = Reflect.get(globalThis, "indexedDB") as IndexedDBMounts;
      const unmount = mounts.mount(`${name}::`, keys);
      return { name, passphrase: undefined, close: async () => unmount() };
    };
    const store: Store = { ...inner, keys: { open, remove: async () => {} } };
    const client = await logIn("bob", { fetch: held.fetch, store });
    await Promise.all([ann.start(), client.start()]);
    const [mine] = await roomOf(ann, client);
    await mine.send.text("for bob");
    const ended = client.run().catch((error: unknown) => error);
    const token = await store.get("sync", "token");
    fail();
    held.isHolding = false;
    await mine.setTyping(true);
    expect(await ended).toMatchObject({ code: "ENCRYPTION_FAILED" });
    expect(await store.get("sync", "token")).toBe(token);
    await client[Symbol.asyncDispose]();
  });

  it("that the server knows are not replaced by those of an empty store", async () => {
    await using ann = await logIn("ann", { store: memoryStore() });
    await ann.start();
    await ann.rooms.create({ encrypted: true });
    const session = ann.session.value!;
    await using again = await createClient(session, { fetch: server.fetch, logger: silentLogger, encryption: true });
    server.requests.length = 0;
    await expect(again.start()).rejects.toMatchObject({
      code: "DEVICE_KEYS_LOST",
      message: expect.stringMatching(/bring back.*log in again/),
    });
    expect(server.requests.filter((line) => line.includes("/keys/upload"))).toEqual([]);
    await again.login.password("ann", "ann-password");
    await again.start();
    expect(again.session.value?.deviceId).not.toBe(session.deviceId);
  });

  it("belong to one process, which is told by name", async () => {
    const file = path();
    using _ = openIndexedDB(`${file}-keys`);
    await using ann = await logIn("ann", { store: sqliteStore(file) });
    await expect(ann.start()).rejects.toMatchObject({ code: "STORE_IN_USE", message: expect.stringContaining(`${file}-keys`) });
  });

  it("go with the session, and not before the server has ended it", async () => {
    const file = path();
    {
      await using ann = await logIn("ann", { store: sqliteStore(file) });
      await ann.start();
      server.intercept = (requested) =>
        requested.endsWith("/logout") ? Response.json({ errcode: "M_FORBIDDEN", error: "no" }, { status: 403 }) : undefined;
      await expect(ann.logout()).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
      server.intercept = undefined;
      await ann.start();
      const room = await ann.rooms.create({ encrypted: true });
      await room.send.text("still here");
      await ann.logout();
    }
    using keys = openIndexedDB(`${file}-keys`);
    expect(await keys.databases()).toEqual([]);
  });

  it("go with a session that was not started too, for which no engine is opened", async () => {
    const file = path();
    {
      await using ann = await logIn("ann", { store: sqliteStore(file) });
      await ann.start();
    }
    {
      const { store, opened } = countingKeys(sqliteStore(file));
      await using ann = await logIn("ann", { store });
      await ann.logout();
      expect(opened).toEqual([]);
    }
    using keys = openIndexedDB(`${file}-keys`);
    expect(await keys.databases()).toEqual([]);
  });

  it("are not opened again by what still waits for a key when the client is done", async () => {
    const held = new HeldMessages();
    const { store, opened } = countingKeys(sqliteStore(path()));
    await using ann = await logIn("ann");
    const bob = await logIn("bob", { fetch: held.fetch, store });
    await Promise.all([ann.start(), bob.start()]);
    const [mine, theirs] = await roomOf(ann, bob);
    for (const word of ["one", "two"]) await mine.send.text(word);
    await expect.poll(async () => (await store.all("undecrypted")).size).toBe(2);
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const first = new Promise<void>((resolve) =>
      theirs.on("m.room.message", () => {
        resolve();
        return released;
      }),
    );
    held.isHolding = false;
    await mine.setTyping(true);
    await first;
    await bob[Symbol.asyncDispose]();
    release();
    for (let turn = 0; turn < 50; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(opened).toHaveLength(1);
  });
});
