/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { JsonObject } from "@patrix/api";
import { type Client, createClient, type Room, silentLogger } from "@patrix/client";
import { encodeUnpaddedBase64 } from "@patrix/identifiers";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decryptKeyFile, encryptKeyFile } from "@patrix/client-crypto";
import { hear, roomOf, says } from "./encrypted-rooms.ts";
import { eventItems, textsOf } from "./timelines.ts";

let server: LocalHomeserver;
beforeAll(async () => {
  server = await localHomeserver(["ann", "bob", "carl"]);
});
afterAll(() => server[Symbol.asyncDispose]());

async function logIn(user: string, encryption = true): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger, encryption });
  await client.login.password(user, `${user}-password`);
  await client.start();
  return client;
}
const fast = { rounds: 100_000 };

/** A key that nobody has used. */
function madeKey(roomId: string): JsonObject {
  const { publicKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const session = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), randomBytes(128), raw]);
  return {
    algorithm: "m.megolm.v1.aes-sha2",
    forwarding_curve25519_key_chain: [],
    room_id: roomId,
    sender_claimed_keys: { ed25519: encodeUnpaddedBase64(raw) },
    sender_key: encodeUnpaddedBase64(randomBytes(32)),
    session_id: encodeUnpaddedBase64(raw),
    session_key: encodeUnpaddedBase64(session),
  };
}

describe("files of keys", () => {
  it("let another device read what was written before it was there", async () => {
    await using first = await logIn("ann");
    await using bob = await logIn("bob");
    const heard = hear(bob);
    const [room] = await roomOf(first, bob);
    await room.send.text("before");
    await heard(says("before"));
    const file = await first.encryption.exportKeys("sesame", fast);
    await using second = await logIn("ann");
    await using timeline = (second.rooms.get(room.id) as Room).timeline();
    while (await timeline.back());
    expect(timeline.items.value.filter(({ kind }) => kind === "undecryptable").length).toBe(1);
    const progress: unknown[] = [];
    const imported = second.encryption.importKeys(file, "sesame", { onProgress: (now) => progress.push(now) });
    expect(await imported).toEqual({ total: 1, imported: 1, malformed: 0 });
    const items = await timeline.items.until((all) => textsOf(all).includes("before"));
    expect(eventItems(items).find(({ message }) => message?.text === "before")?.event.encryption?.state).toBe("warning");
    expect(progress).toEqual([{ done: 1, total: 1 }]);
    expect(await second.encryption.importKeys(file, "sesame")).toEqual({ total: 1, imported: 0, malformed: 0 });
    // What was taken in goes out again.
    const again = JSON.parse(await decryptKeyFile(await second.encryption.exportKeys("other", fast), "other")) as JsonObject[];
    expect(again.map(({ room_id: id }) => id)).toEqual([room.id]);
  });

  it("that are damaged, or opened by another passphrase, change nothing", async () => {
    await using client = await logIn("carl");
    const file = await encryptKeyFile(JSON.stringify([madeKey("!a:example.org")]), "sesame", fast);
    const keys = async (): Promise<string> => decryptKeyFile(await client.encryption.exportKeys("x", fast), "x");
    const before = await keys();
    const wrong = { code: "WRONG_PASSPHRASE" };
    await expect(client.encryption.importKeys(file, "Sesame")).rejects.toMatchObject(wrong);
    await expect(client.encryption.importKeys(file.replace(/(?<=\n.{60})./, "/"), "sesame")).rejects.toMatchObject(wrong);
    const bad = { code: "BAD_KEY_FILE" };
    await expect(client.encryption.importKeys(file.slice(0, 100), "sesame")).rejects.toMatchObject(bad);
    for (const other of ["{}", "[", "null"]) {
      const made = await encryptKeyFile(other, "sesame", fast);
      await expect(client.encryption.importKeys(made, "sesame")).rejects.toMatchObject(bad);
    }
    await expect(client.encryption.exportKeys("", fast)).rejects.toMatchObject(bad);
    expect(await keys()).toBe(before);
  });

  it("are taken in by and by, without what is malformed in them", async () => {
    await using client = await logIn("carl");
    const good = Array.from({ length: 600 }, (_, index) => madeKey(`!${index % 7}:example.org`));
    const malformed = [{}, null, 5, { ...madeKey("!a:example.org"), session_key: "AAAA" }, { ...madeKey("!a:example.org"), room_id: "" }];
    const all = [...good.slice(0, 300), ...malformed, ...good.slice(300)];
    const progress: number[] = [];
    const file = await encryptKeyFile(JSON.stringify(all), "sesame", fast);
    const outcome = await client.encryption.importKeys(file, "sesame", { onProgress: ({ done }) => progress.push(done) });
    expect([outcome, progress]).toEqual([{ total: 605, imported: 600, malformed: 5 }, [250, 500, 605]]);
  });

  it("are nothing for a client without encryption", async () => {
    await using client = await logIn("carl", false);
    await expect(client.encryption.exportKeys("x")).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    await expect(client.encryption.importKeys("x", "x")).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  });
});

it.runIf(process.env["KEYS"] !== undefined)("many keys", { timeout: 600_000 }, async () => {
  const count = Number(process.env["KEYS"]);
  await using client = await logIn("carl");
  const json = JSON.stringify(Array.from({ length: count }, (_, index) => madeKey(`!${index % 100}:example.org`)));
  const file = await encryptKeyFile(json, "sesame", fast);
  const rss = (): number => Math.round(process.memoryUsage().rss / 2 ** 20);
  const [before, start] = [rss(), performance.now()];
  let most = before;
  await client.encryption.importKeys(file, "sesame", { onProgress: () => (most = Math.max(most, rss())) });
  const middle = performance.now();
  const out = await client.encryption.exportKeys("sesame", fast);
  console.log({
    count,
    fileMB: file.length / 2 ** 20,
    before,
    most,
    after: rss(),
    importS: (middle - start) / 1000,
    exportS: (performance.now() - middle) / 1000,
    out: out.length / 2 ** 20,
  });
});
