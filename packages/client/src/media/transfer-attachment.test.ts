import { expect, it } from "vitest";
import type { MediaSender } from "./media.ts";
import { transferAttachment } from "./transfer-attachment.ts";

const data = new TextEncoder().encode("what nobody may read");

/** Keeps what is uploaded, with the name and type that the server is told. */
function keeping(): { readonly http: MediaSender; readonly kept: string[] } {
  const kept: string[] = [];
  const http: MediaSender = {
    async send(_endpoint, request, options) {
      const { body } = (await options?.upload?.()) ?? {};
      const { query, headers } = request as { query: { filename?: string }; headers: Record<string, string> };
      kept.push(`${query.filename ?? "-"} ${headers["content-type"] ?? "-"} ${await new Response(body as Blob).text()}`);
      return { content_uri: `mxc://example.org/${kept.length}` } as never;
    },
    open: () => Promise.reject(new Error("nothing is downloaded")),
  };
  return { http, kept };
}

it("tells the server of a file what it is in a room that is not encrypted, and nothing in one that is", async () => {
  const { http, kept } = keeping();
  const options = { thumbnail: { data, name: "small.png" } };
  const plain = await transferAttachment(http, { data, name: "a.txt" }, { ...options, encrypts: false });
  expect(kept).toEqual(["a.txt text/plain what nobody may read", "small.png image/png what nobody may read"]);
  expect(plain).toEqual({
    name: "a.txt",
    type: "text/plain",
    size: 20,
    url: "mxc://example.org/1",
    thumbnail: { name: "small.png", type: "image/png", size: 20, url: "mxc://example.org/2" },
  });
  kept.length = 0;
  const secret = await transferAttachment(http, { data, name: "a.txt" }, { ...options, encrypts: true });
  expect(secret).toMatchObject({
    name: "a.txt",
    encrypted: { v: "v2", url: "mxc://example.org/1" },
    thumbnail: { encrypted: { v: "v2" } },
  });
  expect(kept.map((line) => /^- application\/octet-stream (?!what nobody)/.test(line))).toEqual([true, true]);
});

it("uploads nothing if the file cannot be opened", async () => {
  const { http, kept } = keeping();
  await expect(transferAttachment(http, "/no/such/file", { encrypts: true })).rejects.toMatchObject({ code: "BAD_FILE" });
  expect(kept).toEqual([]);
});
