import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeFolder } from "./make-folder.ts";

it("makes a folder with those above it, and leaves one that is there", async () => {
  const root = await mkdtemp(join(tmpdir(), "patrix-folder-"));
  makeFolder(join(root, "a/b"));
  makeFolder(join(root, "a/b"));
  expect(existsSync(join(root, "a/b"))).toBe(true);
  await rm(root, { recursive: true });
});

it("says at once that a folder below a file cannot be made", async () => {
  const root = await mkdtemp(join(tmpdir(), "patrix-folder-"));
  await writeFile(join(root, "file"), "");
  expect(() => makeFolder(join(root, "file/a/b"))).toThrow(/cannot be made: choose another data_dir/);
  await rm(root, { recursive: true });
});

it.skipIf(process.platform !== "linux")("says at once that a folder below /proc cannot be made", () => {
  expect(() => makeFolder("/proc/patrix/data")).toThrow(/cannot be made/);
});
