// What becomes of requests where a store fails; what it does when all is well is in s3-media-store.test.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { bytesOf } from "../../../tests/media/media-store-contract.ts";
import { openS3Server } from "../../../tests/media/s3-server.ts";
import { Bucket, type BucketOptions } from "./bucket.ts";
import type { BucketSettings } from "./bucket-settings.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => i % 251));
const sha256 = "a".repeat(64);
const object = { sizeBytes: content.length, sha256, read: pieces };
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 1_000) yield content.subarray(at, at + 1_000);
}

/** A bucket whose store gives these answers, the last one from then on. */
async function bucketThat(
  answers: readonly Answer[],
  options: BucketOptions = {},
): Promise<{ bucket: Bucket; settings: BucketSettings; asked: string[]; noted: unknown[] }> {
  const [asked, noted]: [string[], unknown[]] = [[], []];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.range ?? ""}`.trim());
    (answers[Math.min(asked.length, answers.length) - 1] ?? expect.unreachable())(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
  const settings = { bucket: "media", endpoint, region: "r", prefix: "", access_key_id: "AK", secret_access_key: "hush" };
  return { bucket: new Bucket(settings, { retryMs: 1, noted: (failure) => noted.push(failure), ...options }), settings, asked, noted };
}

const status =
  (code: number, body = ""): Answer =>
  (request, response) => {
    request.resume();
    request.on("end", () => response.writeHead(code, { "content-length": Buffer.byteLength(body) }).end(body));
  };
const early =
  (code: number, body: string): Answer =>
  (_request, response) =>
    void response.writeHead(code, { "content-length": Buffer.byteLength(body) }).end(body);
const silent: Answer = () => {};
const hangUp: Answer = ({ socket }) => void socket.destroy();
const part =
  (length: number, then: (response: ServerResponse) => void): Answer =>
  ({ headers: { range = "" } }, response) => {
    const [start = 0, end = 0] = (/bytes=(\d+)-(\d+)/.exec(range) ?? []).slice(1).map(Number);
    response.writeHead(206, { "content-range": `bytes ${start}-${end}/${content.length}`, "content-length": end - start + 1 });
    response.write(content.subarray(start, Math.min(start + length, end + 1)), () => then(response));
  };
const whole = part(content.length, (response) => response.end());
const cut = (length: number): Answer => part(length, (response) => response.destroy());
const stuck = (length: number): Answer => part(length, () => {});
const problem = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>x</Message></Error>`;

describe("a request to a bucket", () => {
  it.each([
    ["has too much to do", status(503, problem("SlowDown"))],
    ["hangs up", hangUp],
    ["has a fault", status(500, problem("InternalError"))],
    ["thinks that the client was slow", status(400, problem("RequestTimeout"))],
    ["refuses before it has read all", early(503, "")],
  ])("is sent again where the store %s, with all of its body", async (_what, answer) => {
    let taken = 0;
    const taking: Answer = (request, response) => {
      request.on("data", (chunk: Buffer) => (taken += chunk.length));
      request.on("end", () => response.writeHead(200).end());
    };
    const { bucket, asked, noted } = await bucketThat([answer, answer, taking]);
    await bucket.put("a/b", object);
    expect(asked).toEqual(Array.from({ length: 3 }, () => "PUT /base/media/a/b"));
    expect(taken).toBe(content.length);
    expect(noted).toEqual([]);
  });

  it("fails after three tries, says so once, and says when all is well again", async () => {
    const { bucket, asked, noted } = await bucketThat([...Array.from({ length: 6 }, () => hangUp), status(200)]);
    for (let i = 0; i < 2; i++)
      await expect(bucket.put("a", object)).rejects.toMatchObject({
        code: "STORE_FAILED",
        message: expect.stringMatching(/media\.s3\.endpoint/),
      });
    expect(asked).toHaveLength(6);
    await bucket.delete("a");
    await bucket.delete("a");
    expect(noted).toEqual([expect.stringMatching(/^the bucket media at 127\.0\.0\.1:\d+ is not reached/), undefined]);
    expect(JSON.stringify(noted)).not.toContain("hush");
  });

  it("that is refused is not sent again, and says what to do", async () => {
    const { bucket, asked } = await bucketThat([status(403, problem("SignatureDoesNotMatch"))]);
    const stop = { code: "STORE_FAILED", message: expect.stringMatching(/403 SignatureDoesNotMatch: .*secret_access_key/) };
    await expect(bucket.put("a", object)).rejects.toMatchObject(stop);
    await expect(bucketNames(bucket)).rejects.toMatchObject(stop);
    await expect(bytesOf(bucket.read("a", { start: 0, end: 9 }))).rejects.toMatchObject(stop);
    expect(asked).toHaveLength(3);
  });

  it("ends where nothing moves, on the way there and on the way back", async () => {
    const { bucket, asked } = await bucketThat([silent, silent, silent, stuck(10_000), stuck(0), stuck(0), stuck(0)], { stallMs: 50 });
    await expect(bucket.put("a", object)).rejects.toThrow(/nothing has moved for 50 ms/);
    expect(asked).toHaveLength(3);
    const read: Uint8Array[] = [];
    const reading = async (): Promise<void> => {
      for await (const chunk of bucket.read("a", { start: 0, end: content.length - 1 })) read.push(chunk);
    };
    await expect(reading()).rejects.toThrow(/nothing has moved for 50 ms/);
    expect(Buffer.concat(read)).toEqual(content.subarray(0, 10_000));
    // What came counts, so that it is tried as often as ever.
    expect(asked.slice(3)).toEqual([
      "GET /base/media/a bytes=0-49999",
      ...Array.from({ length: 2 }, () => "GET /base/media/a bytes=10000-49999"),
    ]);
  });
});

it("a request to a bucket names the credentials and hides the secret, also of those that hold for a time", async () => {
  const heads: IncomingMessage["headers"][] = [];
  const taking: Answer = (request, response) => {
    heads.push(request.headers);
    status(200)(request, response);
  };
  const { settings } = await bucketThat([taking]);
  await new Bucket(settings).put("a", object);
  await new Bucket({ ...settings, session_token: "for a while" }).put("a", object);
  const [first, second] = heads;
  expect(first?.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/r\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,/,
  );
  expect([first?.["x-amz-content-sha256"], first?.["content-length"]]).toEqual([sha256, String(content.length)]);
  expect(second?.["x-amz-security-token"]).toBe("for a while");
  expect(second?.authorization).toContain("x-amz-security-token");
  expect(JSON.stringify(heads)).not.toContain("hush");
});

describe("reading an object", () => {
  it("goes on where a connection has broken, however often, as long as something comes", async () => {
    const { bucket, asked } = await bucketThat([...Array.from({ length: 8 }, () => cut(5_000)), whole]);
    expect((await bytesOf(bucket.read("a", { start: 1_000, end: 48_999 }))).equals(content.subarray(1_000, 49_000))).toBe(true);
    expect(asked).toHaveLength(9);
    expect(asked.at(-1)).toBe("GET /base/media/a bytes=41000-48999");
  });

  it("waits for a reader who takes longer than a store may", async () => {
    const { bucket } = await bucketThat([whole], { stallMs: 30 });
    let read = 0;
    for await (const chunk of bucket.read("a", { start: 0, end: content.length - 1 })) {
      if (read === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      read += chunk.byteLength;
    }
    expect(read).toBe(content.length);
  });

  it("takes no other part than was asked for, and nothing of an object that is gone", async () => {
    const other: Answer = (_request, response) => void response.writeHead(206, { "content-range": "bytes 5-9/10" }).end("xxxxx");
    const { bucket } = await bucketThat([other, other, other, status(404, problem("NoSuchKey"))]);
    const read = (): Promise<Buffer> => bytesOf(bucket.read("a", { start: 0, end: 9 }));
    await expect(read()).rejects.toMatchObject({ code: "STORE_FAILED" });
    await expect(read()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a store with the wrong settings", () => {
  it("is told from one that has no such object", async () => {
    await using real = await openS3Server();
    const of = (other: object): Bucket => new Bucket({ ...real.settings, ...other });
    expect(await of({}).sizeOf("none")).toBeUndefined();
    await of({}).delete("none");
    await of({}).check();
    for (const other of [{ bucket: "other" }, { secret_access_key: "wrong" }, { access_key_id: "wrong" }]) {
      await expect(of(other).sizeOf("none")).rejects.toMatchObject({ code: "STORE_FAILED" });
      await expect(of(other).delete("none")).rejects.toMatchObject({ code: "STORE_FAILED" });
      await expect(of(other).check()).rejects.toMatchObject({ code: "STORE_FAILED" });
    }
  });
});

async function bucketNames(bucket: Bucket): Promise<string[]> {
  const names: string[] = [];
  for await (const name of bucket.names("")) names.push(name);
  return names;
}
