import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sniffImage } from "./sniff-image.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "patrix-sniff-"))));
afterAll(() => rm(folder, { recursive: true }));

it.each([
  ["jpeg", "\xff\xd8\xff\xe0"],
  ["png", "\x89PNG\r\n\x1a\n"],
  ["gif", "GIF89a"],
  ["webp", "RIFF\0\0\0\0WEBP"],
  ["avif", "\0\0\0\x1cftypavif"],
  [undefined, "RIFF\0\0\0\0WAVE"],
  [undefined, "<svg xmlns="],
  [undefined, ""],
])("finds %s in the first bytes of a file", async (format, head) => {
  const path = join(folder, "file");
  await writeFile(path, Buffer.from(head, "latin1"));
  expect(await sniffImage(path)).toBe(format);
});
