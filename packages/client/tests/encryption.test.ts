/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Encrypted rooms through the whole client, on a real server.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Client, type ClientOptions, createClient, type Room, silentLogger } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { hear, roomOf, says } from "./encrypted-rooms.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-encryption-"));
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
});

async function logIn(user: string, more: ClientOptions = {}): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger, encryption: true, ...more });
  if (!client.session.value) await client.login.password(user, `${user}-password`);
  return client;
}

describe("an encrypted room", () => {
  it("is written to and read by both, and the server sees no word", async () => {
    await using ann = await logIn("ann");
    await using bob = await logIn("bob");
    await Promise.all([ann.start(), bob.start()]);
    const [mine, theirs] = await roomOf(ann, bob);
    const heard = { ann: hear(ann), bob: hear(bob) };
    const bodies: string[] = [];
    server.intercept = (path, init) => {
      if (path.includes("/send/")) bodies.push(init?.body as string);
      return undefined;
    };
    const id = await mine.send.text("a secret word");
    const event = await heard.bob(says("a secret word"));
    expect([event.id, event.text, event.encryption?.state]).toEqual([id, "a secret word", "warning"]);
    expect(theirs.latest?.content).toMatchObject({ body: "a secret word" });
    await event.reply.text("another secret word");
    expect((await heard.ann(says("another secret word"))).sender.id).toBe(bob.userId);
    expect(bodies).toHaveLength(2);
    expect(bodies.join()).not.toContain("word");
    expect(bodies[1]).toContain(id);
    expect((await theirs.event(id)).content).toMatchObject({ body: "a secret word" });
  });

  it("outlives restarts of both, from the files of their stores", async () => {
    const stores = { ann: join(folder, "ann.db"), bob: join(folder, "bob.db") };
    let roomId: Room["id"];
    {
      await using ann = await logIn("ann", { store: sqliteStore(stores.ann, { passphrase: "a" }) });
      await using bob = await logIn("bob", { store: sqliteStore(stores.bob) });
      await Promise.all([ann.start(), bob.start()]);
      const [mine] = await roomOf(ann, bob);
      const heard = hear(bob);
      await mine.send.text("before");
      await heard(says("before"));
      roomId = mine.id;
    }
    await using ann = await logIn("ann", { store: sqliteStore(stores.ann, { passphrase: "a" }) });
    await using bob = await logIn("bob", { store: sqliteStore(stores.bob) });
    await Promise.all([ann.start(), bob.start()]);
    const heard = hear(bob);
    const id = await ann.rooms.get(roomId)?.send.text("after");
    expect((await heard(says("after"))).encryption?.state).toBe("warning");
    expect((await ann.rooms.get(roomId)?.event(id!))?.content).toMatchObject({ body: "after" });
    expect(readFileSync(`${stores.ann}-keys`, "latin1")).toContain("SQLite");
  });
});
