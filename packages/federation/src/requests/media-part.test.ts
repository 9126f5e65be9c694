import { concatBytes, formatMultipart } from "@patrix/api";
import { expect, it } from "vitest";
import { readMediaPart } from "./media-part.ts";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return concatBytes(pieces);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

it("reads a file whole however it comes, also one that looks like the end of itself", async () => {
  const contents = ["", "a", "\r\n--patrix-", "\r\n--\r\n--patrix-1\r\n", "x".repeat(500) + "\r\n\r\n--é"].map(text);
  let read = 0;
  for (const body of contents) {
    const written = formatMultipart({ metadata: {}, file: { body, contentType: "image/png", contentDisposition: 'inline; filename="é"' } });
    for (let size = 1; size <= written.body.length; size = size < 80 ? size + 1 : size * 2) {
      const part = await readMediaPart(written.headers["content-type"] ?? "", inPieces(written.body, size));
      expect([part.headers.get("content-type"), part.headers.get("content-disposition")]).toEqual(["image/png", 'inline; filename="é"']);
      expect(await all(part.content)).toEqual(body);
      read++;
    }
  }
  expect(read).toBeGreaterThan(300);
});

it("tells where a file is instead", async () => {
  const written = formatMultipart({ metadata: {}, file: { location: "https://cdn.example.org/a" } });
  const part = await readMediaPart(written.headers["content-type"] ?? "", inPieces(written.body, 7));
  expect(part.headers.get("location")).toBe("https://cdn.example.org/a");
});

it.each([
  ["image/png", "--b\r\n\r\n{}\r\n--b\r\n\r\nfile\r\n--b--"],
  ["multipart/mixed; boundary=b", ""],
  ["multipart/mixed; boundary=b", "--b\r\n\r\n{}\r\n--b--"],
  ["multipart/mixed; boundary=b", `--b\r\n\r\n${"x".repeat(200_000)}`],
])("refuses an answer of the type %s that begins %.20s", async (type, body) => {
  await expect(readMediaPart(type, inPieces(text(body), 1_000))).rejects.toMatchObject({ code: "MALFORMED_RESPONSE" });
});

it("fails where the file is cut off", async () => {
  const part = await readMediaPart(
    "multipart/mixed; boundary=b",
    inPieces(text("--b\r\n\r\n{}\r\n--b\r\nContent-Type: a/b\r\n\r\nfile"), 5),
  );
  await expect(all(part.content)).rejects.toMatchObject({ code: "MALFORMED_RESPONSE" });
});
