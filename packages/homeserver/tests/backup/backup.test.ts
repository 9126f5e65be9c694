// Backups of servers that are written to meanwhile, and what becomes of them, between both engines.
import { createHash } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../src/check/finding.ts";
import { backUp } from "../../src/compose/back-up.ts";
import { checkDatabase } from "../../src/compose/check-database.ts";
import { restore } from "../../src/compose/restore.ts";
import type { Config } from "../../src/config/config.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";
import { hasPostgres, type PostgresForTests, postgresForTests } from "../store/postgres-for-tests.ts";
import { messagesOf } from "../messages-of.ts";

/** Where a server is. */
interface Place {
  readonly dataDir: string;
  readonly url: string;
  readonly config: Config;
}

let folder = "";
let postgres: PostgresForTests | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "patrix-backup-"));
  postgres = hasPostgres ? await postgresForTests() : undefined;
});
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

let places = 0;
const placeAt = (dataDir: string, url: string): Place => {
  const signing_key_path = join(dataDir, "keys", "signing.key");
  return { dataDir, url, config: testingConfig({ dataDir, config: { database: { url }, signing_key_path } }) };
};
async function inSqlite(): Promise<Place> {
  const dataDir = join(folder, `place${places++}`);
  return placeAt(dataDir, `sqlite:${join(dataDir, "patrix.db")}`);
}
async function inPostgres(): Promise<Place> {
  if (!postgres) throw new Error("there is no PostgreSQL");
  return placeAt(join(folder, `place${places++}`), await postgres.createDatabase());
}
const serverAt = ({ dataDir, url }: Place): Promise<TestHomeserver> => testHomeserver({ dataDir, config: { database: { url } } });
const newFolder = (): string => join(folder, `backup${places++}`);

interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, { timeline: { events: { content: { body?: string } }[] } }>> };
}

async function findingsAt({ config }: Place): Promise<Finding[]> {
  const findings: Finding[] = [];
  await checkDatabase(config, { found: (finding) => findings.push(finding) });
  return findings;
}

/** A small server with a key and media; it runs. */
async function small(place: Place): Promise<{ server: TestHomeserver; alice: TestUser; room: string; media: string }> {
  const server = await serverAt(place);
  const alice = await server.register("alice");
  const room = await server.createRoom(alice, { name: "Hall" });
  const { body } = await server.request("POST", "/_matrix/media/v3/upload", "a file", alice.accessToken);
  await mkdir(join(place.dataDir, "keys"));
  await writeFile(join(place.dataDir, "keys", "signing.key"), "ed25519 1 seed\n");
  return { server, alice, room, media: String(body["content_uri"]).slice("mxc://".length) };
}

const ways = [
  ["SQLite", "SQLite", inSqlite, inSqlite],
  ["SQLite", "PostgreSQL", inSqlite, inPostgres],
  ["PostgreSQL", "SQLite", inPostgres, inSqlite],
  ["PostgreSQL", "PostgreSQL", inPostgres, inPostgres],
] as const;
if (!hasPostgres) it.skip("PostgreSQL is not installed, so it is not backed up");

describe.each(hasPostgres ? ways : ways.slice(0, 1))("a backup of a server in %s, restored to %s,", (_from, _to, source, target) => {
  it("has everything that was acknowledged before, though messages come meanwhile, and the server goes on", async () => {
    const [from, to] = [await source(), await target()];
    const { server, alice, room, media } = await small(from);
    const acknowledged = new Map<string, string>();
    const work = { isOn: true };
    const writing = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; work.isOn; i++) {
        const body = `${writer}-${i}`;
        const answer = await server.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { msgtype: "m.text", body });
        if (answer.status === 200) acknowledged.set(body, String(answer.body["event_id"]));
      }
    });
    await expect.poll(() => acknowledged.size, { timeout: 20_000, interval: 1 }).toBeGreaterThan(200);
    const before = new Map(acknowledged);
    const backup = newFolder();
    const manifest = await backUp(from.config, backup);
    await expect.poll(() => acknowledged.size, { timeout: 20_000, interval: 1 }).toBeGreaterThan(before.size + 100);
    work.isOn = false;
    await Promise.all(writing);
    const { body: late } = await server.requestAs<SyncAnswer>(alice, "GET", "/sync");
    await server.stop();

    expect(manifest).toMatchObject({ server_name: "localhost", media: { files: 1, bytes: 6, missing: [] } });
    await restore(to.config, backup);
    expect(await findingsAt(to)).toEqual([]);
    expect(await readFile(join(to.dataDir, "keys", "signing.key"), "utf8")).toBe("ed25519 1 seed\n");
    await using again = await serverAt(to);
    const stored = await messagesOf(again, alice, room);
    expect(new Set(stored.map(([body]) => body)).size).toBe(stored.length);
    expect([...before].filter(([body, id]) => !stored.some((each) => each[0] === body && each[1] === id))).toEqual([]);
    // Nothing but what was sent, and as it was acknowledged, where it was.
    expect(stored.filter(([body, id]) => acknowledged.get(body) !== id)).toEqual([]);
    const file = await again.request("GET", `/_matrix/client/v1/media/download/${media}`, undefined, alice.accessToken);
    expect([file.status, file.body]).toEqual([200, "a file"]);

    // A client that has seen more than the backup has misses nothing of what comes.
    for (let i = 0; i < 3; i++)
      await again.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/new${i}`, { msgtype: "m.text", body: `new ${i}` });
    const { status, body: news } = await again.requestAs<SyncAnswer>(alice, "GET", `/sync?since=${late.next_batch}`);
    expect(status).toBe(200);
    const events = news.rooms?.join?.[room]?.timeline.events ?? [];
    expect(events.map(({ content }) => content.body)).toEqual(["new 0", "new 1", "new 2"]);
  });
});

describe.each(
  hasPostgres
    ? ([
        ["SQLite", inSqlite],
        ["PostgreSQL", inPostgres],
      ] as const)
    : ([["SQLite", inSqlite]] as const),
)("a backup of a server in %s", (_engine, create) => {
  it("is readable by its owner alone, and says what is in it", async () => {
    const place = await create();
    const { server } = await small(place);
    const backup = newFolder();
    await backUp(place.config, backup);
    await server.stop();
    expect((await readdir(backup)).toSorted()).toEqual(["manifest.json", "media", "patrix.db", "signing.key"]);
    for (const name of ["", "manifest.json", "patrix.db", "signing.key"]) expect((await stat(join(backup, name))).mode & 0o077).toBe(0);
    const manifest = JSON.parse(await readFile(join(backup, "manifest.json"), "utf8")) as { database: Record<string, unknown> };
    const file = await readFile(join(backup, "patrix.db"));
    expect(manifest.database).toMatchObject({ bytes: file.length, sha256: createHash("sha256").update(file).digest("hex") });
    expect(manifest.database["tables"]).toMatchObject({ users: { rows: 1 }, rooms: { rows: 1 }, media: { rows: 1 } });
  });

  it("that is ended early leaves nothing behind", async () => {
    const place = await create();
    const { server } = await small(place);
    const parent = newFolder();
    const interrupt = new AbortController();
    for (const step of ["database", "media", "hashes"]) {
      const progress = (at: { step: string }): void => void (at.step === step && interrupt.abort(new Error("enough")));
      await expect(backUp(place.config, join(parent, step), { progress, signal: interrupt.signal })).rejects.toThrow("enough");
      expect(await readdir(parent)).toEqual([]);
    }
    await server.stop();
  });

  it("is not restored to where something is, and leaves that as it is", async () => {
    const [from, to] = [await create(), await create()];
    const { server } = await small(from);
    const backup = newFolder();
    await backUp(from.config, backup);
    await expect(backUp(from.config, backup)).rejects.toMatchObject({ code: "NOT_EMPTY" });
    await expect(restore(from.config, backup)).rejects.toMatchObject({ code: expect.stringMatching(/DATA_IN_USE|NOT_EMPTY/) });
    await server.stop();
    await expect(restore(from.config, backup)).rejects.toMatchObject({ code: "NOT_EMPTY" });
    expect(await findingsAt(from)).toEqual([]);
    await mkdir(join(to.dataDir, "media", "content"), { recursive: true });
    await writeFile(join(to.dataDir, "media", "content", "0".repeat(64)), "another's");
    await expect(restore(to.config, backup)).rejects.toMatchObject({ code: "NOT_EMPTY" });
    expect(await readdir(to.dataDir)).not.toContain("patrix.db");
  });

  it("that was restored in part is restored by the same call", async () => {
    const [from, to] = [await create(), await create()];
    const { server, alice, room } = await small(from);
    const backup = newFolder();
    await backUp(from.config, backup);
    await server.stop();
    const interrupt = new AbortController();
    const progress = ({ step }: { step: string }): void => void (step === "media" && interrupt.abort(new Error("enough")));
    await expect(restore(to.config, backup, { progress, signal: interrupt.signal })).rejects.toThrow("enough");
    expect((await readdir(to.dataDir)).filter((name) => name.startsWith(".") || name === "patrix.db")).toEqual([]);
    await restore(to.config, backup);
    expect(await findingsAt(to)).toEqual([]);
    await using again = await serverAt(to);
    expect((await again.requestAs(alice, "GET", `/rooms/${room}/state/m.room.name`)).body).toEqual({ name: "Hall" });
  });
});

describe("a backup", () => {
  /** One that may be damaged. */
  async function made(): Promise<{ readonly backup: string; readonly from: Place; readonly hash: string }> {
    const from = await inSqlite();
    const { server } = await small(from);
    const backup = newFolder();
    await backUp(from.config, backup);
    await server.stop();
    return { backup, from, hash: createHash("sha256").update("a file").digest("hex") };
  }
  const mediaOf = (root: string, hash: string): string => join(root, "media", "content", hash.slice(0, 2), hash.slice(2, 4), hash);

  it.each([
    ["whose database has another byte", "DAMAGED", ({ backup }) => appendFile(join(backup, "patrix.db"), "x")],
    ["without its database", "DAMAGED", ({ backup }) => rm(join(backup, "patrix.db"))],
    ["whose key has another byte", "DAMAGED", ({ backup }) => appendFile(join(backup, "signing.key"), "x")],
    ["with other media", "DAMAGED", ({ backup, hash }) => writeFile(mediaOf(backup, hash), "b file")],
    ["without its media", "DAMAGED", ({ backup }) => rm(join(backup, "media"), { recursive: true })],
    ["with half a manifest", "DAMAGED", ({ backup }) => writeFile(join(backup, "manifest.json"), '{"format":1')],
    ["without a manifest", "NOT_A_BACKUP", ({ backup }) => rm(join(backup, "manifest.json"))],
  ] satisfies [string, string, (made: { backup: string; hash: string }) => Promise<void>][])(
    "%s is not restored, and leaves no database",
    async (_what, code, damage) => {
      const { backup, hash } = await made();
      await damage({ backup, hash });
      const to = await inSqlite();
      await expect(restore(to.config, backup)).rejects.toMatchObject({ code });
      expect(await readdir(to.dataDir).catch(() => [])).not.toContain("patrix.db");
    },
  );

  it("of another server, or of a newer form, is not restored", async () => {
    const { backup } = await made();
    const to = await inSqlite();
    await expect(restore({ ...to.config, server_name: "example.org" }, backup)).rejects.toThrow(/is of localhost, not of example.org/);
    const path = join(backup, "manifest.json");
    await writeFile(path, (await readFile(path, "utf8")).replace('"format": 1', '"format": 2'));
    await expect(restore(to.config, backup)).rejects.toMatchObject({ code: "NOT_A_BACKUP" });
  });

  it("is made of data whose media are missing or damaged, and says which", async () => {
    const from = await inSqlite();
    const { server, alice } = await small(from);
    await server.request("POST", "/_matrix/media/v3/upload", "another file", alice.accessToken);
    await server.stop();
    const [one, two] = ["a file", "another file"].map((text) => createHash("sha256").update(text).digest("hex")) as [string, string];
    await rm(mediaOf(from.dataDir, one));
    await writeFile(mediaOf(from.dataDir, two), "other words!");
    const [backup, to] = [newFolder(), await inSqlite()];
    const { media } = await backUp(from.config, backup);
    expect({ ...media, missing: media.missing.toSorted() }).toEqual({ files: 0, bytes: 0, missing: [one, two].toSorted() });
    await restore(to.config, backup);
    expect((await findingsAt(to)).map(({ kind }) => kind)).toEqual(["MEDIA", "MEDIA"]);
  });

  it("is one file of SQLite, which can be looked at", async () => {
    const { backup } = await made();
    using database = new DatabaseSync(join(backup, "patrix.db"), { readOnly: true });
    expect(database.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "delete" });
    expect(database.prepare("select user_id from users").all()).toEqual([{ user_id: "@alice:localhost" }]);
  });
});
