import { expect, it } from "vitest";
import { firstBytes, imageFormatOf } from "./sniff-image.ts";

it.each([
  ["jpeg", "\xff\xd8\xff\xe0"],
  ["png", "\x89PNG\r\n\x1a\n"],
  ["gif", "GIF89a"],
  ["webp", "RIFF\0\0\0\0WEBP"],
  ["avif", "\0\0\0\x1cftypavif"],
  [undefined, "RIFF\0\0\0\0WAVE"],
  [undefined, "<svg xmlns="],
  [undefined, ""],
])("finds %s in the first bytes of a file, and reads no more", async (format, head) => {
  const content = Buffer.from(`${head}${"x".repeat(head === "" ? 0 : 20)}`, "latin1");
  const asked: unknown[] = [];
  const read = async function* (range?: { start: number; end: number }) {
    asked.push(range);
    if (range) yield content.subarray(range.start, range.end + 1);
  };
  expect(imageFormatOf(await firstBytes({ sizeBytes: content.length, read }))).toBe(format);
  expect(asked).toEqual(head === "" ? [] : [{ start: 0, end: 15 }]);
});
