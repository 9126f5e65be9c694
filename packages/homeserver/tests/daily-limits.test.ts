// What a user takes in a day is counted in the store: over restarts, until midnight UTC, and nothing that was refused.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DailyLimitName, limits } from "../src/limits.ts";
import { operation, query } from "../src/store/statement.ts";
import { addDailyUsage, dailyUsage } from "../src/store/statements/daily-usage.ts";
import { composed } from "./remote/compose.ts";

const dayMs = 86_400_000;
const client = "/_matrix/client/v3";
const countMedia = query<[], { readonly count: number }>("test.countMedia", "select count(*) as count from media");
let folder: string;
let now = Date.UTC(2026, 0, 1, 22);
let server: Awaited<ReturnType<typeof composed>>;

/** A session of a user, who can ask for what the limit is about. */
interface Caller {
  readonly userNid: number;
  readonly userId: string;
  readonly deviceId: string;
  readonly token: string;
}

const open = async (): Promise<void> => void (server = await composed({ dataDir: folder, clock: { now: () => now } }));
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "patrix-daily-"));
  await open();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function register(localpart: string): Promise<Caller> {
  const { accounts } = server.parts.accounts;
  const account = await accounts.create({ localpart });
  const { access_token: token, device_id: deviceId } = await server.parts.accounts.sessions.open(account, {});
  return { ...account, token, deviceId };
}

async function ask(
  caller: Caller,
  method: string,
  path: string,
  body: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const encoded = body instanceof Uint8Array || body instanceof ReadableStream ? body : JSON.stringify(body);
  const response = await fetch(server.url + path, {
    method,
    body: encoded as BodyInit,
    headers: { authorization: `Bearer ${caller.token}`, "content-type": "application/json" },
    ...(body instanceof ReadableStream && { duplex: "half" }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Leaves a user so much of a limit for the present day. */
async function leave({ userNid }: Caller, name: DailyLimitName, left: number): Promise<void> {
  await server.parts.core.store.commit([operation(addDailyUsage, userNid, name, Math.floor(now / dayMs), limits[name].value - left)]);
}

const used = async ({ userNid }: Caller, name: DailyLimitName): Promise<number | undefined> =>
  (await server.parts.core.store.get(dailyUsage, userNid, name))?.amount;
const upload = (caller: Caller, content: Uint8Array | ReadableStream) => ask(caller, "POST", "/_matrix/media/v3/upload", content);
const mediaCount = async (): Promise<number> => (await server.parts.core.store.get(countMedia))?.count ?? 0;

describe("uploads", () => {
  it.each(["mediaBytesPerDay", "mediaFilesPerDay"] as const)("%s", async (name) => {
    const caller = await register(name.toLowerCase());
    await leave(caller, name, name === "mediaBytesPerDay" ? 1_000 : 2);
    const quota = limits[name].value;
    const isRefused = { status: 403, body: { errcode: "M_FORBIDDEN", error: expect.stringContaining(`at most ${quota} `) as string } };
    for (const size of [400, 600]) expect((await upload(caller, new Uint8Array(size))).status).toBe(200);
    const before = await mediaCount();
    expect(await upload(caller, new Uint8Array(1))).toMatchObject(isRefused);
    await server.stop();
    await open();
    expect(await upload(caller, new Uint8Array(1))).toMatchObject(isRefused);
    expect([await mediaCount(), await used(caller, name)]).toEqual([before, quota]);
    now += dayMs;
    expect((await upload(caller, new Uint8Array(7))).status).toBe(200);
    expect(await used(caller, name)).toBe(name === "mediaBytesPerDay" ? 7 : 1);
  });

  it("count what came, where the length was not announced, and nothing where the upload fails", async () => {
    const caller = await register("streams");
    const stream = () => new Blob([new Uint8Array(1_000)]).stream();
    expect((await upload(caller, stream())).status).toBe(200);
    expect(await used(caller, "mediaBytesPerDay")).toBe(1_000);
    const most = server.parts.media.media.maxUploadBytes;
    expect((await upload(caller, new Uint8Array(most + 1))).status).toBe(413);
    expect(await used(caller, "mediaBytesPerDay")).toBe(1_000);
    // What is not announced may become as large as any file.
    await leave(caller, "mediaBytesPerDay", most - 1 + 1_000);
    await server.stop();
    await open();
    expect((await upload(caller, stream())).status).toBe(403);
    expect((await upload(caller, new Uint8Array(2_000))).status).toBe(200);
  });
});

describe("what others must download", () => {
  it("toDeviceBytesPerDay", async () => {
    const [caller, other] = [await register("sender"), await register("receiver")];
    await leave(caller, "toDeviceBytesPerDay", 1_000);
    const send = (txn: number, length: number) =>
      ask(caller, "PUT", `${client}/sendToDevice/org.example/${txn}`, {
        messages: { [other.userId]: { "*": { text: "x".repeat(length) } } },
      });
    expect((await send(1, 500)).status).toBe(200);
    const retryAfterMs = dayMs - (now % dayMs);
    expect(await send(2, 500)).toMatchObject({ status: 429, body: { errcode: "M_LIMIT_EXCEEDED", retry_after_ms: retryAfterMs } });
    expect((await send(3, 100)).status).toBe(200);
    const received = await fetch(`${server.url}${client}/sync`, { headers: { authorization: `Bearer ${other.token}` } });
    const { to_device: toDevice } = (await received.json()) as { to_device: { events: { content: { text: string } }[] } };
    expect(toDevice.events.map(({ content }) => content.text.length)).toEqual([500, 100]);
  });

  it("oneTimeKeysPerDay", async () => {
    const caller = await register("keys");
    await leave(caller, "oneTimeKeysPerDay", 3);
    const send = (...names: string[]) =>
      ask(caller, "POST", `${client}/keys/upload`, {
        one_time_keys: Object.fromEntries(names.map((name) => [`curve25519:${name}`, name])),
      });
    expect((await send("a", "b")).status).toBe(200);
    // What is there already counts once.
    expect((await send("a", "b", "c")).status).toBe(200);
    expect(await send("d")).toMatchObject({ status: 429, body: { errcode: "M_LIMIT_EXCEEDED" } });
    expect((await send()).body["one_time_key_counts"]).toMatchObject({ curve25519: 3 });
  });

  it("keyChangesPerDay", async () => {
    const caller = await register("changes");
    await leave(caller, "keyChangesPerDay", 1);
    const { userId, deviceId } = caller;
    const send = (key: string) =>
      ask(caller, "POST", `${client}/keys/upload`, {
        device_keys: {
          user_id: userId,
          device_id: deviceId,
          algorithms: ["m.olm.v1.curve25519-aes-sha2"],
          keys: { [`ed25519:${deviceId}`]: key.repeat(43) },
          signatures: {},
        },
      });
    for (const key of ["A", "A"]) expect((await send(key)).status).toBe(200);
    expect(await send("B")).toMatchObject({ status: 429, body: { errcode: "M_LIMIT_EXCEEDED" } });
    const { body } = await ask(caller, "POST", `${client}/keys/query`, { device_keys: { [userId]: [] } });
    expect(body["device_keys"]).toMatchObject({ [userId]: { [deviceId]: { keys: { [`ed25519:${deviceId}`]: "A".repeat(43) } } } });
  });
});
