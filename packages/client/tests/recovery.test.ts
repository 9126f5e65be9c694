/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// The identity of a user, its recovery on another device, and the backup of keys.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Client, type ClientOptions, createClient, silentLogger } from "@patrix/client";
import { deleteRoomKeysVersion, getRoomKeysVersionCurrent } from "@patrix/client-api";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { hear, roomOf, says } from "./encrypted-rooms.ts";

let server: LocalHomeserver;
beforeAll(async () => {
  server = await localHomeserver(["ann", "bob", "carl", "dan", "eve", "fay", "gil"]);
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.intercept = undefined;
});

async function logIn(user: string, more: ClientOptions = {}): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger, encryption: true, ...more });
  await client.login.password(user, `${user}-password`);
  return client;
}

const uiaOf = (user: string) => async (stage: { type: string }) =>
  stage.type === "m.login.password" ? { identifier: { type: "m.id.user", user }, password: `${user}-password` } : {};

describe("an account", () => {
  it("is set up once, and recovered on another device by its key", async () => {
    await using first = await logIn("ann");
    await first.start();
    expect(first.encryption.status.value).toEqual({ thisDevice: "unverified", crossSigning: "missing", backup: "off" });
    const { recoveryKey } = await first.encryption.setup({ uia: uiaOf("ann") });
    expect(first.encryption.status.value).toEqual({ thisDevice: "verified", crossSigning: "ready", backup: "on" });
    await using second = await logIn("ann");
    await second.start();
    await expect(second.encryption.setup({ uia: uiaOf("ann") })).rejects.toMatchObject({ code: "ALREADY_SET_UP" });
    await expect(second.encryption.recover("EsT wrong")).rejects.toMatchObject({ code: "WRONG_RECOVERY_KEY" });
    expect(second.encryption.status.value).toEqual({ thisDevice: "unverified", crossSigning: "partial", backup: "off" });
    await second.encryption.recover(recoveryKey);
    expect(second.encryption.status.value).toEqual({ thisDevice: "verified", crossSigning: "ready", backup: "on" });
    await second.encryption.recover(recoveryKey);
  });

  it("is recovered by its passphrase too, and reset when both are lost", async () => {
    await using first = await logIn("bob");
    await first.encryption.setup({ uia: uiaOf("bob"), passphrase: "correct horse" });
    await using second = await logIn("bob");
    await second.encryption.recover("correct horse");
    expect(second.encryption.status.value.thisDevice).toBe("verified");
    await using third = await logIn("bob");
    const { recoveryKey } = await third.encryption.reset({ uia: uiaOf("bob") });
    expect(third.encryption.status.value.thisDevice).toBe("verified");
    await using fourth = await logIn("bob");
    await expect(fourth.encryption.recover("correct horse")).rejects.toMatchObject({ code: "WRONG_RECOVERY_KEY" });
    await fourth.encryption.recover(recoveryKey);
  });

  it("has nothing to recover before it is set up, and a client without encryption says so", async () => {
    await using client = await logIn("carl");
    await expect(client.encryption.recover("anything")).rejects.toMatchObject({ code: "NO_SECRET_STORAGE" });
    await using plain = await logIn("carl", { encryption: false });
    await expect(plain.encryption.recover("anything")).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  });
});

describe("the backup of keys", () => {
  it("lets a new device read what was written before it was there", async () => {
    await using first = await logIn("dan");
    await using other = await logIn("eve");
    await Promise.all([first.start(), other.start()]);
    const { recoveryKey } = await first.encryption.setup({ uia: uiaOf("dan") });
    const [mine, theirs] = await roomOf(first, other);
    const heard = hear(first);
    const ids = [await mine.send.text("one"), await theirs.send.text("two")];
    await heard(says("two"));
    await mine.send.text("wake");
    let uploads = 0;
    await expect
      .poll(() => (uploads = server.requests.filter((line) => line === "PUT /_matrix/client/v3/room_keys/keys").length))
      .toBeGreaterThan(0);
    expect(uploads).toBeGreaterThan(0);
    await using second = await logIn("dan");
    await second.start();
    const room = second.rooms.get(mine.id)!;
    expect((await room.event(ids[0]!)).encryption?.state).toBe("failed");
    await second.encryption.recover(recoveryKey);
    await expect
      .poll(async () => Promise.all(ids.map(async (id) => (await room.event(id)).content)))
      .toMatchObject([{ body: "one" }, { body: "two" }]);
  });

  it("is not used any more once somebody has deleted it", async () => {
    await using client = await logIn("gil");
    await client.start();
    await client.encryption.setup({ uia: uiaOf("gil") });
    const { version } = await client.api.send(getRoomKeysVersionCurrent, {});
    await client.api.send(deleteRoomKeysVersion, { path: { version } });
    await (await client.rooms.create({ encrypted: true })).send.text("one");
    await client.encryption.status.until(({ backup }) => backup === "off");
  });

  it("is left alone once somebody has made another one", async () => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (text: string) => void warnings.push(text) };
    await using first = await logIn("fay", { logger });
    await first.start();
    await first.encryption.setup({ uia: uiaOf("fay") });
    const room = await first.rooms.create({ encrypted: true });
    await room.send.text("one");
    await using second = await logIn("fay");
    await second.encryption.reset({ uia: uiaOf("fay") });
    await first.rooms.create({ encrypted: true }).then((other) => other.send.text("two"));
    await expect.poll(() => warnings.some((text) => text.includes("another backup"))).toBe(true);
    await first.encryption.status.until(({ backup }) => backup === "off");
  });
});
