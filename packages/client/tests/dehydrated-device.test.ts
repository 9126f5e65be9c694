/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// The device that gets keys while its user is logged in nowhere.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, type ClientOptions, createClient, type EventId, type Room, silentLogger } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "patrix-dehydrated-"));
let server: LocalHomeserver;
beforeAll(async () => {
  server = await localHomeserver(["ann", "bob", "carl", "dan", "eve", "fay", "gus", "hal"]);
});
beforeEach(() => {
  server.intercept = undefined;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function logIn(user: string, more: ClientOptions = {}): Promise<Client> {
  const encryption = { dehydratedDevice: true };
  const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger, encryption, ...more });
  if (!client.session.value) await client.login.password(user, `${user}-password`);
  await client.start();
  return client;
}

const uiaOf = (user: string) => ({ uia: () => ({ identifier: { type: "m.id.user", user }, password: `${user}-password` }) });
const path = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";
const count = (method: string, from = 0): number => server.requests.slice(from).filter((line) => line === `${method} ${path}`).length;

/** A room of two users. */
async function roomWith(one: Client, other: Client): Promise<Room> {
  const room = await one.rooms.create({ invite: [other.userId] });
  await room.state.set("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 1 });
  await other.rooms.join(room.id);
  await room.info.until(() => room.encrypted && room.members.get(other.userId)?.membership === "join");
  return room;
}

async function bodyOf(client: Client, { id }: Room, eventId: EventId): Promise<unknown> {
  const { content } = await client.rooms.get(id)!.event(eventId);
  return (content as { body?: unknown }).body;
}

describe("a dehydrated device", () => {
  it("gets the keys of what is written while its user is logged in nowhere, also in many pages", async () => {
    await using bob = await logIn("bob", { encryption: true });
    const ann = await logIn("ann");
    const { recoveryKey } = await ann.encryption.setup(uiaOf("ann"));
    const room = await roomWith(bob, ann);
    await ann.logout();
    await ann[Symbol.asyncDispose]();
    // One key a message, more than a page of the server has.
    const ids: EventId[] = [];
    for (let at = 0; at < 130; at += 1) ids.push(await room.send.text(`m${at}`));
    const before = server.requests.length;
    await using again = await logIn("ann");
    await again.encryption.recover(recoveryKey);
    expect([await bodyOf(again, room, ids[0]!), await bodyOf(again, room, ids[129]!)]).toEqual(["m0", "m129"]);
    expect(server.requests.slice(before).filter((line) => line.startsWith(`POST ${path}/`)).length).toBeGreaterThan(2);
    expect([count("GET", before), count("PUT", before)]).toEqual([1, 1]);
    // Another one is there, which the next device brings to life.
    await again.logout();
    const id = await room.send.text("once more");
    await using third = await logIn("ann");
    await third.encryption.recover(recoveryKey);
    expect(await bodyOf(third, room, id)).toBe("once more");
  });

  it("is there only for those who want it, and is deleted with its key", async () => {
    await using plain = await logIn("carl", { encryption: true });
    const { recoveryKey } = await plain.encryption.setup(uiaOf("carl"));
    await expect(plain.encryption.deleteDehydratedDevice()).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    const before = server.requests.length;
    await using client = await logIn("carl");
    await client.encryption.recover(recoveryKey);
    expect(count("PUT", before)).toBe(1);
    expect((await client.encryption.devices()).length).toBe(3);
    await client.encryption.deleteDehydratedDevice();
    await expect.poll(async () => (await client.encryption.devices()).length).toBe(2);
    await client.encryption.deleteDehydratedDevice();
    expect(client.accountData.get("org.matrix.msc3814") ?? {}).not.toHaveProperty("encrypted");
    await client.encryption.recover(recoveryKey);
    expect(count("PUT", before)).toBe(2);
  });

  it("is replaced where it cannot be brought to life, and hinders nothing where the server has none or fails", async () => {
    await using first = await logIn("dan");
    const { recoveryKey } = await first.encryption.setup(uiaOf("dan"));
    server.intercept = async (asked, init) => {
      if (asked !== path || init?.method !== "GET") return undefined;
      return Response.json({ device_id: "DAMAGED", device_data: { algorithm: "org.matrix.msc3814.v2", device_pickle: "x", nonce: "y" } });
    };
    const before = server.requests.length;
    await using second = await logIn("dan");
    await second.encryption.recover(recoveryKey);
    expect([second.encryption.status.value.thisDevice, count("PUT", before)]).toEqual(["verified", 1]);
    for (const answer of [
      { status: 404, body: { errcode: "M_UNRECOGNIZED", error: "no" } },
      { status: 500, body: { errcode: "M_UNKNOWN", error: "no" } },
    ]) {
      server.intercept = async (asked) => (asked === path ? Response.json(answer.body, { status: answer.status }) : undefined);
      await using third = await logIn("dan", { retry: { limit: 0 } });
      await third.encryption.recover(recoveryKey);
      expect(third.encryption.status.value.thisDevice).toBe("verified");
    }
  });

  it("is renewed after a week, also where the program was not running, and not before", async () => {
    const file = join(folder, "eve.db");
    let now = Date.now();
    const sleepers = new Set<() => void>();
    const clock = {
      now: () => now,
      sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
        new Promise((resolve, reject) => {
          const dueTs = now + ms;
          const look = (): void => {
            if (now < dueTs) return;
            sleepers.delete(look);
            resolve();
          };
          sleepers.add(look);
          signal?.addEventListener("abort", () => reject(signal.reason as Error));
          look();
        }),
    };
    const pass = (ms: number): void => {
      now += ms;
      for (const look of sleepers) look();
    };
    const day = 24 * 60 * 60_000;
    const client = await logIn("eve", { store: sqliteStore(file), clock });
    const before = server.requests.length;
    await client.encryption.setup(uiaOf("eve"));
    expect(count("PUT", before)).toBe(1);
    pass(6 * day);
    await client.rooms.create();
    expect(count("PUT", before)).toBe(1);
    pass(day + 1);
    await expect.poll(() => count("PUT", before)).toBe(2);
    await client[Symbol.asyncDispose]();
    pass(8 * day);
    expect(count("PUT", before)).toBe(2);
    await using again = await logIn("eve", { store: sqliteStore(file), clock });
    await expect.poll(() => count("PUT", before)).toBe(3);
    await again.rooms.create();
    expect(count("PUT", before)).toBe(3);
  });
});
