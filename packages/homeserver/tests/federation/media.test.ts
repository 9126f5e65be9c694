import { createServer } from "node:http";
import { formatMultipart } from "@patrix/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { type PlayedAnswer, type TestHomeserver, testHomeserver, TestNetwork, type TestUser } from "../../src/testing/index.ts";
import { until } from "./federated.ts";
import { TestPeer as Peer } from "../../src/testing/index.ts";

const MAX_REMOTE = 100_000;
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==",
  "base64",
);

let network: TestNetwork;
let a: TestHomeserver;
let b: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let peer: Peer;

beforeAll(async () => {
  network = new TestNetwork();
  a = await testHomeserver({ serverName: "a.example", network, config: { media: { remote_max_size: MAX_REMOTE } } });
  b = await testHomeserver({ serverName: "b.example", network });
  alice = await a.register("alice");
  bob = await b.register("bob");
  peer = new Peer("peer.example", network);
});
afterAll(async () => {
  await a[Symbol.asyncDispose]();
  await b[Symbol.asyncDispose]();
});

async function upload(content: Uint8Array, type: string, name: string): Promise<string> {
  const response = await fetch(`${b.url}/_matrix/media/v3/upload?filename=${encodeURIComponent(name)}`, {
    method: "POST",
    headers: { authorization: `Bearer ${bob.accessToken}`, "content-type": type },
    body: content as BodyInit,
  });
  return ((await response.json()) as { content_uri: string }).content_uri.slice("mxc://b.example/".length);
}
const get = (path: string, server = a, user = alice): Promise<Response> =>
  fetch(`${server.url}/_matrix/client/v1/media/${path}`, { headers: { authorization: `Bearer ${user.accessToken}` } });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
const asked = (mediaId: string): number =>
  network.requests.filter(({ target }) => target.includes("/media/") && target.includes(mediaId)).length;
let files = 0;
/** Has the peer answer for a file of its own; gives its ID. */
function answering(answer: () => PlayedAnswer | Promise<PlayedAnswer>): string {
  const mediaId = `file${files++}z`;
  peer.answers.set(`/media/download/${mediaId}`, answer);
  return mediaId;
}
const multipart = (body: Uint8Array, contentType = "text/plain"): PlayedAnswer => {
  const { headers, body: bytes } = formatMultipart({ metadata: {}, file: { body, contentType } });
  return { status: 200, headers, body: bytes };
};

describe("a file of another server", () => {
  it("is fetched once for all who ask, with its type and name, and kept", async () => {
    const content = Buffer.from("--x\r\n".repeat(5_000));
    const mediaId = await upload(content, "text/plain", "cät.txt");
    const all = await Promise.all([1, 2, 3, 4].map(() => get(`download/b.example/${mediaId}`)));
    for (const response of all) {
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/plain");
      expect(response.headers.get("content-disposition")).toBe("inline; filename*=utf-8''c%C3%A4t.txt");
      expect((await bytesOf(response)).equals(content)).toBe(true);
    }
    expect(asked(mediaId)).toBe(1);
    network.fault = ({ to }) => (to === "b.example" ? "lost" : undefined);
    expect((await get(`download/b.example/${mediaId}`)).status).toBe(200);
    network.fault = undefined;
  });

  it("has thumbnails, there and here", async () => {
    const mediaId = await upload(png, "image/png", "a.png");
    const response = await get(`thumbnail/b.example/${mediaId}?width=32&height=32&method=scale`);
    expect([response.status, response.headers.get("content-type")?.startsWith("image/")]).toEqual([200, true]);
    const answer = await peer.request(b, "GET", `/_matrix/federation/v1/media/thumbnail/${mediaId}?width=32&height=32`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^multipart\/mixed; boundary=/);
  });

  it("is not asked for where the client forbids it, where there is none, or where the name could be none", async () => {
    const mediaId = await upload(Buffer.from("x"), "text/plain", "x");
    await using open = await testHomeserver({ serverName: "open.example", network, config: { media: { legacy_unauthenticated: true } } });
    expect((await fetch(`${open.url}/_matrix/media/v3/download/b.example/${mediaId}?allow_remote=false`)).status).toBe(404);
    expect((await fetch(`${open.url}/_matrix/media/v3/download/b.example/${mediaId}`)).status).toBe(200);
    expect(await (await get("download/b.example/unknown")).json()).toMatchObject({ errcode: "M_NOT_FOUND" });
    const before = network.requests.length;
    for (const path of ["b.example/..%2Fx", "not%20a%20server/x", "a.example/x"]) expect((await get(`download/${path}`)).status).toBe(404);
    expect(network.requests.length).toBe(before);
  });

  it("is no larger than may be, whatever its server says", async () => {
    const large = Buffer.alloc(MAX_REMOTE + 1);
    const drip = async function* (): AsyncGenerator<Uint8Array> {
      const { body } = formatMultipart({ metadata: {}, file: { body: Buffer.alloc(MAX_REMOTE * 10), contentType: "a/b" } });
      for (let at = 0; at < body.length; at += 10_000) yield body.subarray(at, at + 10_000);
    };
    const { headers = {} } = multipart(Buffer.alloc(MAX_REMOTE * 10));
    for (const answer of [multipart(large), { status: 200, headers, body: drip() }]) {
      const response = await get(`download/peer.example/${answering(() => answer)}`);
      expect([response.status, await response.json()]).toMatchObject([502, { errcode: "M_TOO_LARGE" }]);
    }
    expect((await get(`download/peer.example/${answering(() => multipart(large.subarray(1)))}`)).status).toBe(200);
  });

  it("that is not uploaded yet, or that its server does not give, is answered as such, and asked for again", async () => {
    let answer: PlayedAnswer = { status: 504, body: { errcode: "M_NOT_YET_UPLOADED", error: "wait" } };
    const mediaId = answering(() => answer);
    const pending = await get(`download/peer.example/${mediaId}?timeout_ms=10`);
    expect([pending.status, await pending.json()]).toMatchObject([504, { errcode: "M_NOT_YET_UPLOADED" }]);
    expect(network.requests.at(-1)?.target).toContain("timeout_ms=10");
    answer = { status: 200, headers: { "content-type": "text/html" }, body: Buffer.from("<html>") };
    const malformed = await get(`download/peer.example/${mediaId}`);
    expect([malformed.status, await malformed.json()]).toMatchObject([502, { errcode: "M_UNKNOWN" }]);
    answer = multipart(Buffer.from("here"));
    expect((await bytesOf(await get(`download/peer.example/${mediaId}`))).toString()).toBe("here");
  });

  it("is asked for by the older endpoint where its server knows no other", async () => {
    for (const refusal of [
      { status: 404, body: { errcode: "M_UNRECOGNIZED" } },
      { status: 400, headers: { "content-type": "text/plain" }, body: Buffer.from("no such path") },
    ]) {
      const mediaId = answering(() => refusal);
      peer.answers.set(`/download/peer.example/${mediaId}`, () => ({ status: 200, headers: { "content-type": "image/png" }, body: png }));
      const response = await get(`download/peer.example/${mediaId}`);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
      expect(network.requests.some(({ target }) => target.includes(`${mediaId}?allow_remote=false`))).toBe(true);
    }
  });

  it("is fetched from where its server says, by https and at public addresses alone", async () => {
    let visits = 0;
    const elsewhere = createServer((_, response) => {
      visits++;
      response.end("private");
    }).listen(0, "127.0.0.1");
    await until(async () => elsewhere.listening);
    const { port } = elsewhere.address() as { port: number };
    await using strict = await testHomeserver({
      serverName: "strict.example",
      network,
      config: { federation: { enabled: true, allow_private_targets: false } },
    });
    const carol = await strict.register("carol");
    for (const location of [
      `http://127.0.0.1:${port}/x`,
      `https://127.0.0.1:${port}/x`,
      "file:///etc/passwd",
      "/x",
      "https://user@127.0.0.1/x",
    ]) {
      const { headers, body } = formatMultipart({ metadata: {}, file: { location } });
      const mediaId = answering(() => ({ status: 200, headers, body }));
      for (const [server, user] of [
        [a, alice],
        [strict, carol],
      ] as const)
        expect([(await get(`download/peer.example/${mediaId}`, server, user)).status, visits]).toEqual([502, 0]);
    }
    elsewhere.close();
  });

  it("remoteMediaFilesPerDay, remoteMediaBytesPerDay: only so much is fetched for a user in a day", async () => {
    await using strict = await testHomeserver({
      serverName: "c.example",
      network,
      config: { media: { remote_max_size: 1_000 }, daily_limits: { remoteMediaFilesPerDay: 4, remoteMediaBytesPerDay: 2_000 } },
    });
    const [dan, erin] = [await strict.register("dan"), await strict.register("erin")];
    const fetched = (mediaId: string, user = dan) => get(`download/peer.example/${mediaId}`, strict, user);
    const ofSize = (bytes: number): string => answering(() => multipart(Buffer.alloc(bytes, "x")));
    const refused = async (response: Response): Promise<void> =>
      expect([response.status, await response.json()]).toMatchObject([
        429,
        { errcode: "M_LIMIT_EXCEEDED", retry_after_ms: expect.any(Number) },
      ]);
    const [first, second] = [ofSize(600), ofSize(300)];
    for (const mediaId of [first, second]) expect((await fetched(mediaId)).status).toBe(200);
    // 1,100 are left, so that another file may be fetched, and then 200.
    expect((await fetched(ofSize(900))).status).toBe(200);
    await refused(await fetched(ofSize(1)));
    // What is here costs nothing, and others have their own.
    expect((await fetched(first)).status).toBe(200);
    for (let i = 0; i < 4; i++) expect((await fetched(ofSize(1), erin)).status).toBe(200);
    await refused(await fetched(ofSize(1), erin));
    // What does not come is not counted.
    const fay = await strict.register("fay");
    for (let i = 0; i < 5; i++) expect((await fetched("none", fay)).status).toBe(404);
    expect((await fetched(ofSize(1), fay)).status).toBe(200);
  });

  it("remoteDownloads, waitingDownloads: so many are fetched from one server at once, so many wait, and no more", async () => {
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    let running = 0;
    let most = 0;
    const most1 = limits.remoteDownloads.value + limits.waitingDownloads.value;
    const ids = Array.from({ length: most1 + 1 }, () =>
      answering(async () => {
        most = Math.max(most, ++running);
        await opened;
        running--;
        return multipart(Buffer.from("x"));
      }),
    );
    // Whichever comes last is refused, and it is the first that is answered.
    const all = ids.map((mediaId) => get(`download/peer.example/${mediaId}`));
    const refused = await Promise.race(all);
    expect([refused.status, await refused.json()]).toMatchObject([429, { errcode: "M_LIMIT_EXCEEDED" }]);
    await until(async () => running === limits.remoteDownloads.value);
    open();
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 429)).toEqual(Array.from({ length: most1 }, () => 200));
    expect(most).toBe(limits.remoteDownloads.value);
  });
});
