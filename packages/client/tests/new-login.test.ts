/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { describe, expect, it } from "vitest";
import { type Client, createClient, memoryStore, type Room, silentLogger, type Store } from "@patrix/client";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";

const clock = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };

interface Scene extends AsyncDisposable {
  readonly server: LocalHomeserver;
  readonly room: Room;
  readonly store: Store;
  readonly bob: Client;
  open(store: Store): Promise<Client>;
}

/** Bob is in a room of Ann's, and knows of it. */
async function scene(): Promise<Scene> {
  const server = await localHomeserver(["ann", "bob", "cleo"]);
  const open = (store: Store): Promise<Client> => createClient("example.org", { fetch: server.fetch, clock, store, logger: silentLogger });
  const ann = await open(memoryStore());
  await ann.login.password("ann", "ann-password");
  const room = await ann.rooms.create({ invite: ["@bob:example.org"] });
  const store = memoryStore();
  const bob = await open(store);
  await bob.login.password("bob", "bob-password");
  await bob.start();
  await bob.rooms.get(room.id)!.join();
  await bob.rooms.get(room.id)!.info.until((own) => own.membership === "join");
  return { server, room, store, bob, open, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** An event that could not be decrypted yet, as the store keeps it. */
const waitsForKey = { table: "undecrypted", key: "$late", value: { roomId: "!room:example.org", event: {} } } as const;

/** Hears the next messages of a client. */
function hear(client: Client, count: number): { readonly texts: (string | undefined)[]; readonly done: Promise<void> } {
  const texts: (string | undefined)[] = [];
  const done = new Promise<void>((resolve) => client.on("m.room.message", ({ text }) => void (texts.push(text) === count && resolve())));
  return { texts, done };
}

describe("after a new login", () => {
  it("the same user hears what came since the last sync, and sends what was queued, on another device too", async () => {
    await using own = await scene();
    await own.bob.stop();
    await own.store.write([
      {
        table: "outbox",
        key: "t1",
        value: { txnId: "t1", seq: 1, roomId: own.room.id, type: "m.room.message", content: { msgtype: "m.text", body: "from before" } },
      },
    ]);
    await own.room.send.text("1");
    // The server has forgotten Bob's device.
    await own.bob.api.send((await import("@patrix/client-api")).logout, {});
    const again = await own.open(own.store);
    const before = again.session.value?.deviceId;
    await expect(again.run()).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    await again.login.password("bob", "bob-password");
    expect(again.session.value?.deviceId).not.toBe(before);
    const { texts, done } = hear(again, 2);
    await again.start();
    await done;
    expect(texts).toEqual(["1", "from before"]);
    await again.stop();
  });

  it("what is being handled when the session ends is not delivered again", async () => {
    await using own = await scene();
    let reached: () => void = () => {};
    let open: () => void = () => {};
    const begun = new Promise<void>((resolve) => (reached = resolve));
    const gate = new Promise<void>((resolve) => (open = resolve));
    const heard: (string | undefined)[] = [];
    own.bob.on("m.room.message", async ({ text }) => {
      heard.push(text);
      reached();
      if (text === "1") await gate;
    });
    const running = expect(own.bob.run()).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    await own.room.send.text("1");
    await begun;
    await own.bob.api.send((await import("@patrix/client-api")).logout, {});
    await own.room.send.text("2");
    await running;
    await own.bob.login.password("bob", "bob-password");
    const { done } = hear(own.bob, 1);
    await own.bob.start();
    await done;
    open();
    expect(heard).toEqual(["1", "2"]);
    await own.bob.stop();
  });

  it("another user finds nothing of the one before", async () => {
    await using own = await scene();
    await own.bob.stop();
    await own.store.write([waitsForKey]);
    const cleo = await own.open(own.store);
    await cleo.login.password("cleo", "cleo-password");
    expect((await own.store.all("undecrypted")).size).toBe(0);
    await cleo.start();
    expect([cleo.rooms.get(own.room.id), cleo.rooms.list().value]).toEqual([undefined, []]);
    await cleo.stop();
  });

  it("who has logged out leaves nothing that waits for a key", async () => {
    await using own = await scene();
    await own.store.write([waitsForKey]);
    await own.bob.logout();
    expect((await own.store.all("undecrypted")).size).toBe(0);
  });

  it("a position that the server does not take costs one warning, not the client", async () => {
    await using own = await scene();
    await own.bob.stop();
    await own.store.write([{ table: "sync", key: "token", value: "of another server" }]);
    const again = await own.open(own.store);
    await again.start();
    await again.online.until((state) => state === "syncing");
    expect(again.rooms.get(own.room.id)?.membership).toBe("join");
    await again.stop();
  });
});
