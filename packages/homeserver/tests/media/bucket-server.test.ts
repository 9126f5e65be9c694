// A homeserver whose media lie in a bucket, over HTTP on both sides: what users and administrators notice of it, also where the bucket is away.
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../src/check/finding.ts";
import { backUp } from "../../src/compose/back-up.ts";
import { checkDatabase } from "../../src/compose/check-database.ts";
import { restore } from "../../src/compose/restore.ts";
import type { Config } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/load-config.ts";
import type { Logger } from "../../src/http/logger.ts";
import { IncomingFiles } from "../../src/media/incoming-files.ts";
import { S3MediaStore } from "../../src/media/s3/s3-media-store.ts";
import { storedMedia } from "../../src/media/stored-media.ts";
import { type ComposedDevices, openDevices } from "../composed-devices.ts";
import { files, get, upload } from "../media-requests.ts";
import { namesOf, once } from "./media-store-contract.ts";
import { openS3Server, type S3Server } from "./s3-server.ts";

const ALICE = "@alice:example.org";

let s3: S3Server;
let folder: string;
const logged: string[] = [];
const note = (message: string): void => void logged.push(message);
const logger: Logger = { debug: () => {}, info: note, warn: note, error: note };
beforeEach(async () => {
  s3 = await openS3Server();
  folder = await mkdtemp(join(tmpdir(), "patrix-bucket-"));
  logged.splice(0);
});
afterEach(async () => {
  await s3[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const database = (): object =>
  process.env["PATRIX_TEST_DATABASE"] === undefined ? { database: { url: `sqlite:${join(folder, "data.db")}` } } : {};

async function open(settings: object = {}): Promise<ComposedDevices> {
  const server = await openDevices({ media: { s3: s3.settings, ...settings }, ...database() }, { logger });
  await server.login(ALICE, "A1");
  return server;
}

/** A store over the same bucket, beside the server. */
async function bucket(): Promise<S3MediaStore> {
  return S3MediaStore.over(s3.settings, await IncomingFiles.open(join(folder, "beside")));
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hello = bytes("hello, bucket");

async function rows({ core }: ComposedDevices): Promise<number> {
  let count = 0;
  for await (const _row of storedMedia(core.store)) count++;
  return count;
}

const administration = ({ media }: ComposedDevices) => media.administration;
const idOf = (file: string): [string, string] => file.split("/") as [string, string];

describe("a homeserver with a bucket", () => {
  it("keeps files there, and serves all and parts of them", async () => {
    await using server = await open();
    const file = await upload(server, hello, "text/plain", "hello.txt");
    const whole = await get(server, `download/${file}`);
    expect([whole.status, whole.bytes, whole.headers.get("content-type")]).toEqual([200, hello, "text/plain"]);
    const part = await server.request("GET", `/client/v1/media/download/${file}`, undefined, "A1", { range: "bytes=7-12" });
    expect([part.status, String(Buffer.from(part.bytes)), part.headers.get("content-range")]).toEqual([206, "bucket", "bytes 7-12/13"]);
    const known = await server.request("GET", `/client/v1/media/download/${file}`, undefined, "A1", {
      "if-none-match": whole.headers.get("etag") ?? "",
    });
    expect(known.status).toBe(304);
    expect(await files(server.mediaFolder)).toEqual([]);
    expect(await namesOf(await bucket())).toHaveLength(1);

    const image = await sharp({ create: { width: 400, height: 200, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const picture = await upload(server, image, "image/png");
    const small = await get(server, `thumbnail/${picture}?width=32&height=32&method=crop`);
    expect([small.status, (await sharp(small.bytes).metadata()).width]).toEqual([200, 32]);
    // What was fetched to make it is gone.
    expect((await files(server.mediaFolder)).map((path) => path.includes("thumbnails"))).toEqual([true]);
    const pending = await server.request("POST", "/media/v1/create", {}, "A1");
    const later = String(pending.body.content_uri).slice("mxc://".length);
    expect((await server.request("PUT", `/media/v3/upload/${later}`, hello, "A1")).status).toBe(200);
    expect((await get(server, `download/${later}`)).bytes).toEqual(hello);
  });

  it("takes a file out of it with the last one who has it, and none that is in quarantine into it", async () => {
    await using server = await open();
    const [one, other] = [await upload(server, hello, "text/plain"), await upload(server, hello, "text/html")];
    await administration(server).remove(...idOf(one));
    expect((await get(server, `download/${one}`)).status).toBe(404);
    expect((await get(server, `download/${other}`)).bytes).toEqual(hello);
    await administration(server).setQuarantined(...idOf(other), true);
    const refused = await server.request("POST", "/media/v3/upload", hello, "A1");
    expect([refused.status, refused.body.errcode]).toEqual([403, "M_FORBIDDEN"]);
    await administration(server).setQuarantined(...idOf(other), false);
    const many = await Promise.all(Array.from({ length: 4 }, () => upload(server, bytes("many"), "text/plain")));
    await Promise.all([...many, other].map((file) => administration(server).remove(...idOf(file))));
    expect(await namesOf(await bucket())).toEqual([]);
    expect(await rows(server)).toBe(0);
  });

  it("stores nothing of an upload that is too large or cut off", async () => {
    await using server = await open({ max_upload_size: 1_000 });
    async function* long(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 20; i++) yield new Uint8Array(100);
    }
    const body = long() as unknown as BodyInit;
    const headers = { authorization: `Bearer ${server.tokenOf("A1") ?? ""}` };
    const answer = await fetch(`${server.url}/_matrix/media/v3/upload`, { method: "POST", body, headers, duplex: "half" } as RequestInit);
    expect(answer.status).toBe(413);
    expect(await namesOf(await bucket())).toEqual([]);
    expect(await files(server.mediaFolder)).toEqual([]);
  });
});

describe("a homeserver whose bucket does not answer", () => {
  it("starts and serves everything else, says so once, and goes on when it answers again", async () => {
    await s3.stop();
    await using server = await open();
    await expect.poll(() => logged.filter((line) => line.startsWith("media can be neither stored nor read"))).toHaveLength(1);
    expect(logged.join("\n")).toMatch(/the bucket media at 127\.0\.0\.1:\d+ is not reached.*media\.s3\.endpoint/);
    expect(logged.join("\n")).not.toContain(s3.settings.secret_access_key);
    const { status, body } = await server.request("POST", "/media/v3/upload", hello, "A1");
    expect([status, body]).toEqual([
      503,
      { errcode: "M_UNKNOWN", error: "the media store of this server does not answer; try again later" },
    ]);
    expect(await rows(server)).toBe(0);
    expect(await files(server.mediaFolder)).toEqual([]);
    expect((await server.request("POST", "/client/v3/createRoom", {}, "A1")).status).toBe(200);
    expect((await server.request("GET", "/client/v1/media/config", undefined, "A1")).status).toBe(200);
    await s3.start();
    const file = await upload(server, hello, "text/plain");
    expect((await get(server, `download/${file}`)).bytes).toEqual(hello);
    expect(logged.filter((line) => line === "the bucket of media answers again")).toHaveLength(1);
    await s3.stop();
    expect(await get(server, `download/${file}`)).toMatchObject({ status: 503, body: { errcode: "M_UNKNOWN" } });
  });

  it("removes nothing, so that the same removal does it later", async () => {
    await using server = await open();
    const file = await upload(server, hello, "text/plain");
    await s3.stop();
    await expect(administration(server).remove(...idOf(file))).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(administration(server).removeUnused({ unusedSinceTs: Date.now() + 1_000 })).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
    expect(await rows(server)).toBe(1);
    await s3.start();
    expect((await get(server, `download/${file}`)).bytes).toEqual(hello);
    await administration(server).remove(...idOf(file));
    expect([await rows(server), await namesOf(await bucket())]).toEqual([0, []]);
  });
});

it("what a crash leaves in a bucket, before anything names it, is taken over by the same upload, and goes with it", async () => {
  const store = await bucket();
  await store.put(once(hello), 100);
  await using server = await open();
  const file = await upload(server, hello, "text/plain");
  expect(await namesOf(store)).toHaveLength(1);
  await administration(server).remove(...idOf(file));
  expect(await namesOf(store)).toEqual([]);
});

describe.skipIf(process.env["PATRIX_TEST_DATABASE"] !== undefined)("backups and the check of a server with a bucket", () => {
  const place = (name: string, media: object): Config =>
    parseConfig({
      server_name: "example.org",
      data_dir: join(folder, name),
      database: { url: `sqlite:${join(folder, `${name}.db`)}` },
      media,
    });
  const here = (): Config => parseConfig({ server_name: "example.org", data_dir: folder, ...database(), media: { s3: s3.settings } });
  async function findings(config: Config): Promise<string[]> {
    const found: Finding[] = [];
    await checkDatabase(config, { found: (finding) => found.push(finding) });
    return found.map(({ kind, message }) => `${kind} ${message}`);
  }
  /** A server with two files, which has stopped. */
  async function made(): Promise<string> {
    await using server = await open();
    await upload(server, bytes("another"), "text/plain");
    return await upload(server, hello, "text/plain");
  }

  it("know what lies in it: from there to a folder, and from a folder to there", async () => {
    await made();
    expect(await findings(here())).toEqual([]);
    const backup = join(folder, "backup");
    expect((await backUp(here(), backup)).media).toEqual({ files: 2, bytes: 20, missing: [] });
    const onDisk = place("disk", {});
    await restore(onDisk, backup);
    expect(await findings(onDisk)).toEqual([]);
    expect(await files(join(folder, "disk", "media", "content"))).toHaveLength(2);
    const again = join(folder, "again");
    await backUp(onDisk, again);
    const moved = place("moved", { s3: { ...s3.settings, prefix: "moved" } });
    await restore(moved, again);
    expect(await findings(moved)).toEqual([]);
    // Where others have their media, nothing is restored.
    await (await bucket()).put(once(bytes("somebody else's")), 100);
    await expect(restore(place("taken", { s3: s3.settings }), again)).rejects.toMatchObject({
      code: "NOT_EMPTY",
      message: expect.stringMatching(/prefix/),
    });
    await mkdir(join(folder, "taken"), { recursive: true });
    expect((await readdir(join(folder, "taken"))).filter((name) => name.endsWith(".db"))).toEqual([]);
  });

  it("tell what is missing there or has another size, and how much nobody names", async () => {
    const file = await made();
    const store = await bucket();
    const [sha256 = ""] = await namesOf(store);
    await store.delete(sha256);
    await store.put(once(bytes("left by a crash")), 100);
    expect(await findings(here())).toEqual([`MEDIA there is no file with the content hash ${sha256}`]);
    const summary = await checkDatabase(here(), { found: () => {} });
    expect(summary.unnamedFiles).toBe(1);
    expect((await backUp(here(), join(folder, "backup"))).media.missing).toEqual([sha256]);
    expect(file).toContain("example.org/");
  });

  it("fail with what to do where it does not answer, and leave no half a backup", async () => {
    await made();
    await s3.stop();
    const stop = { code: "STORE_FAILED", message: expect.stringMatching(/media\.s3\.endpoint/) };
    await expect(checkDatabase(here(), { found: () => {} })).rejects.toMatchObject(stop);
    // It is known before anything is copied.
    const steps: string[] = [];
    const progress = ({ step }: { step: string }): void => void steps.push(step);
    await expect(backUp(here(), join(folder, "backup"), { progress })).rejects.toMatchObject(stop);
    expect(steps).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.startsWith("backup"))).toEqual([]);
  });
});
