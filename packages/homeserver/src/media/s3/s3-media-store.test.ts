import dns from "node:dns";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { describeMediaStore, namesOf, once } from "../../../tests/media/media-store-contract.ts";
import { openS3Server, type S3Server } from "../../../tests/media/s3-server.ts";
import { limits } from "../../limits.ts";
import { IncomingFiles } from "../incoming-files.ts";
import { contentPath } from "../content-path.ts";
import { Bucket, type BucketOptions } from "./bucket.ts";
import type { BucketSettings } from "./bucket-settings.ts";
import { S3MediaStore } from "./s3-media-store.ts";

/** A bucket that is there already, as JSON of `media.s3`: that of another server that speaks S3. Its prefix is emptied of nothing. */
const external = process.env["PATRIX_TEST_BUCKET"];

let server: S3Server;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "patrix-"));
  server = await openS3Server();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const run = `${Date.now().toString(36)}-${process.pid}`;
let stores = 0;
async function open(
  settings: BucketSettings,
  options: BucketOptions = {},
): Promise<{ store: S3MediaStore; incoming: string } & AsyncDisposable> {
  const incoming = join(folder, `incoming${stores++}`);
  const store = S3MediaStore.over(settings, await IncomingFiles.open(incoming), options);
  const dispose = async (): Promise<void> => {
    for (const name of await namesOf(store)) await store.delete(name);
  };
  return { store, incoming, [Symbol.asyncDispose]: dispose };
}

describeMediaStore("S3MediaStore, the bucket named in the path,", () => open({ ...server.settings, prefix: `path${stores}` }));

describe("the bucket named in the host", () => {
  const lookup = dns.lookup;
  let lenient: S3Server;
  beforeAll(async () => {
    lenient = await openS3Server({ checksSignatures: false });
    // The name of a bucket is found by whoever has its name server.
    const fake = (host: string, ...rest: unknown[]): void =>
      Reflect.apply(lookup, dns, [host === "media.s3.localhost" ? "127.0.0.1" : host, ...rest]);
    vi.spyOn(dns, "lookup").mockImplementation(fake as typeof dns.lookup);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await lenient[Symbol.asyncDispose]();
  });
  describeMediaStore("S3MediaStore", () =>
    open({ ...lenient.settings, endpoint: `http://s3.localhost:${lenient.port}`, path_style: false, prefix: `host${stores}/` }),
  );
});

if (external === undefined) it.skip("there is no other bucket in PATRIX_TEST_BUCKET, so only one server is used");
else
  describeMediaStore("S3MediaStore over PATRIX_TEST_BUCKET", () =>
    open({ ...(JSON.parse(external) as BucketSettings), prefix: `${run}-${stores}` }),
  );

describe("a bucket", () => {
  it("is shared by servers that have prefixes of their own", async () => {
    const [one, other] = [await open({ ...server.settings, prefix: "one" }), await open({ ...server.settings, prefix: "two/deep/" })];
    const { sha256 } = await one.store.put(once(Buffer.from("shared")), 100);
    expect(await other.store.open(sha256)).toBeUndefined();
    await other.store.put(once(Buffer.from("shared")), 100);
    await other.store.delete(sha256);
    expect((await one.store.open(sha256))?.sizeBytes).toBe(6);
    expect(await namesOf(one.store)).toEqual([sha256]);
    await one[Symbol.asyncDispose]();
  });

  it("lists more than a page of files", async () => {
    const many = await open({ ...server.settings, prefix: "many" }, { namesInPage: 7 });
    await Promise.all(Array.from({ length: 30 }, (_, i) => many.store.put(once(Buffer.from(`file ${i}`)), 100)));
    const names = await namesOf(many.store);
    expect([names.length, new Set(names).size]).toEqual([30, 30]);
    await many[Symbol.asyncDispose]();
  });

  it("gives no file to a program that is not what was put there", async () => {
    const settings = { ...server.settings, prefix: "changed" };
    const { store, incoming } = await open(settings);
    const { sha256 } = await store.put(once(Buffer.from("a picture")), 100);
    const other = Buffer.from("something");
    const changed = createHash("sha256").update(other).digest("hex");
    await new Bucket(settings).put(`changed/${contentPath(sha256)}`, { sizeBytes: other.length, sha256: changed, read: () => once(other) });
    const opened = (await store.open(sha256)) ?? expect.unreachable();
    await expect(opened.toFile()).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(/restore it from a backup/),
    });
    expect(await readdir(incoming)).toEqual([]);
  });

  it("takes no file that is larger than a store takes at once", async () => {
    const { store } = await open({ ...server.settings, prefix: "large" });
    const most = limits.bucketFileBytes.value;
    // Nobody has so much memory: only its size is looked at.
    const large = { byteLength: most + 1 } as Uint8Array;
    await expect(store.put(once(large), Number.POSITIVE_INFINITY)).rejects.toMatchObject({ code: "TOO_LARGE" });
  });
});
