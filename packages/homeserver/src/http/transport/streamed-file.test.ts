import { expect, it } from "vitest";
import type { ByteRange } from "./byte-range.ts";
import { streamedFile } from "./streamed-file.ts";

const content = Buffer.from("cheesecake");
const file = {
  sizeBytes: content.length,
  etag: '"cake"',
  headers: { "content-type": "text/plain" },
  async *read(range?: ByteRange) {
    yield range ? content.subarray(range.start, range.end + 1) : content;
  },
};

async function ask(headers: Record<string, string>, method = "GET") {
  const reply = streamedFile(file, { method, headers });
  const chunks: Uint8Array[] = [];
  for await (const chunk of reply.open()) chunks.push(chunk);
  return { ...reply.head, text: Buffer.concat(chunks).toString() };
}

it("a file is answered with its bytes, its size, its tag and the headers", async () => {
  expect(await ask({})).toMatchObject({
    sizeBytes: 10,
    headers: { "content-type": "text/plain", etag: '"cake"', "accept-ranges": "bytes" },
    text: "cheesecake",
  });
});

it("a part of a file is answered with where it lies", async () => {
  expect(await ask({ range: "bytes=6-" })).toMatchObject({
    status: 206,
    sizeBytes: 4,
    headers: { "content-range": "bytes 6-9/10" },
    text: "cake",
  });
  expect(await ask({ range: "bytes=10-" })).toMatchObject({
    status: 416,
    sizeBytes: 0,
    headers: { "content-range": "bytes */10" },
    text: "",
  });
  expect((await ask({ range: "bytes=6-" }, "HEAD")).status).toBeUndefined();
});

it("a file that the client has is not sent again", async () => {
  const answer = await ask({ "if-none-match": '"cake"', range: "bytes=0-1" });
  expect(answer).toMatchObject({ status: 304, headers: { etag: '"cake"' }, text: "" });
  expect(answer.sizeBytes).toBeUndefined();
});
