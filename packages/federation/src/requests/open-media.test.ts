import { concatBytes, formatMultipart } from "@patrix/api";
import { signingKeyFromSeed } from "@patrix/signatures";
import { beforeEach, expect, it } from "vitest";
import { FederationClient } from "../client/federation-client.ts";
import { FakeNetwork, type FakeAnswer } from "../testing/fake-network.ts";
import { openMedia, type OpenedMedia } from "./open-media.ts";

let net: FakeNetwork;
let answers: FakeAnswer[];
beforeEach(() => {
  net = new FakeNetwork();
  net.add("b.org", "93.184.216.34");
  // Only the Matrix server of the host answers, not its web server.
  net.servers.set("b.org", ({ port }) => (port === 443 ? { status: 404 } : (answers.shift() ?? { status: 500 })));
});

const file = new Uint8Array(50_000).map((_, i) => i % 251);
async function* inPieces(bytes: Uint8Array, size: number, last?: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  await last?.();
}
const multipart = (last?: () => Promise<void>): FakeAnswer => {
  const { headers, body } = formatMultipart({ metadata: {}, file: { body: file, contentType: "image/png" } });
  return { headers, body: inPieces(last ? body.subarray(0, 30_000) : body, 7_001, last) };
};
const client = (): FederationClient =>
  new FederationClient({ serverName: "a.org", signingKey: signingKeyFromSeed(new Uint8Array(32), "ed25519:a"), ports: net.ports() });
async function open(from = client(), maxResponseSizeBytes = 100_000): Promise<OpenedMedia> {
  const opened = await net.clock.until(openMedia(from, "b.org", { mediaId: "m", waitMs: 5 }, { maxResponseSizeBytes }));
  if ("location" in opened) throw new Error(`it is at ${opened.location}`);
  return opened;
}
async function all({ content }: OpenedMedia): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return concatBytes(pieces);
}
const targets = (): string[] => net.requests.filter(({ port }) => port !== 443).map(({ target }) => target);

it("gives a file as it comes", async () => {
  answers = [multipart()];
  const opened = await open();
  expect(opened.contentType).toBe("image/png");
  expect(await all(opened)).toEqual(file);
  expect(targets()).toEqual(["/_matrix/federation/v1/media/download/m?timeout_ms=5"]);
  expect(net.requests.at(-1)?.headers["authorization"]).toContain("X-Matrix");
});

it("ends an answer that is larger than it may be, by what it announces or by what comes", async () => {
  answers = [multipart(), { ...multipart(), headers: { ...multipart().headers, "content-length": "100001" } }];
  await expect(net.clock.until(open(client(), 20_000).then(all))).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
  expect(net.abandonedBodies).toBe(1);
  await expect(open()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
});

it("ends an answer of which no more comes", async () => {
  const silence = (): Promise<void> => net.clock.sleep(40_000, new AbortController().signal);
  answers = [multipart(silence)];
  const opened = await open();
  await expect(net.clock.until(all(opened))).rejects.toMatchObject({ code: "TIMED_OUT" });
});

it("asks an older server by the endpoint of clients, and for nothing else where it has answered", async () => {
  answers = [
    { status: 404, body: "not found" },
    { headers: { "content-type": "text/plain" }, body: inPieces(file, 9_000) },
  ];
  const opened = await open();
  expect([opened.contentType, await all(opened)]).toEqual(["text/plain", file]);
  expect(targets()[1]).toBe("/_matrix/media/v3/download/b.org/m?allow_remote=false&timeout_ms=5");
  answers = [{ status: 404, body: { errcode: "M_NOT_FOUND", error: "none" } }];
  await expect(open()).rejects.toMatchObject({ errcode: "M_NOT_FOUND" });
  expect(targets()).toHaveLength(3);
});

it("is asked again at once after a file was not uploaded yet, and not after a failure", async () => {
  const asking = client();
  const late = { status: 504, body: { errcode: "M_NOT_YET_UPLOADED", error: "wait" } };
  answers = [late, late, { status: 503, body: { errcode: "M_UNKNOWN" } }];
  for (const _ of [1, 2]) await expect(open(asking)).rejects.toMatchObject({ errcode: "M_NOT_YET_UPLOADED" });
  await expect(open(asking)).rejects.toMatchObject({ status: 503 });
  await expect(open(asking)).rejects.toMatchObject({ code: "BACKING_OFF" });
});
