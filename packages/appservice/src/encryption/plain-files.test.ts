import type { JsonObject } from "@patrix/api";
import { describe, expect, it, test } from "vitest";
import { refusePlainFiles } from "./plain-files.ts";

const encrypted: JsonObject = {
  v: "v2",
  url: "mxc://a.b/c",
  key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k: "aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0", ext: true },
  iv: "w+sE15fzSc0AAAAAAAAAAA",
  hashes: { sha256: "fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA" },
};
const url = "mxc://a.b/plain";

describe("what shows a file that is not encrypted", () => {
  test.each([
    ["a message", { msgtype: "m.file", body: "x", url }, "url"],
    ["a thumbnail of an encrypted file", { body: "x", file: encrypted, info: { thumbnail_url: url } }, "thumbnail_url"],
    ["a new version", { body: "* x", "m.new_content": { body: "x", url } }, "url"],
    [
      "a picture of a gallery",
      {
        body: "x",
        itemtypes: [
          { body: "y", file: encrypted },
          { body: "z", url },
        ],
      },
      "url",
    ],
    ["the picture of a link", { body: "x", "com.beeper.linkpreviews": [{ matched_url: "https://x.org", "og:image": url }] }, "og:image"],
    ["a file beside an encrypted one", { body: "x", url, file: encrypted }, "url"],
    ["a file that is said to be encrypted, but how", { body: "x", file: { url } }, "url"],
  ])("is refused: %s", (_, content, name) => {
    const refusal = { code: "FILE_IS_NOT_ENCRYPTED", message: expect.stringMatching(new RegExp(`^${name}: `)) };
    expect(() => refusePlainFiles(content)).toThrow(expect.objectContaining(refusal) as Error);
  });
});

it.each([
  ["a text", { msgtype: "m.text", body: "mxc://a.b/c" }],
  ["an encrypted file with its thumbnail", { body: "x", file: encrypted, info: { thumbnail_file: encrypted } }],
  ["a sticker that was read, with its address twice", { body: "x", url: encrypted["url"], file: encrypted }],
  ["a link with an encrypted picture", { body: "x", links: [{ "og:image": encrypted["url"], "beeper:image:encryption": encrypted }] }],
  ["a link", { body: "x", url: "https://example.org" }],
])("%s may go", (_, content) => {
  expect(() => refusePlainFiles(content as JsonObject)).not.toThrow();
});
