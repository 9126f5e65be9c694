import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeMediaStore, namesOf } from "../../tests/media/media-store-contract.ts";
import { DiskMediaStore } from "./disk-media-store.ts";

describeMediaStore("DiskMediaStore", async () => {
  const folder = await mkdtemp(join(tmpdir(), "patrix-"));
  return {
    store: await DiskMediaStore.open(folder),
    incoming: join(folder, "incoming"),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
});

it("removes what an earlier run has left half-written, and reads where nothing is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "patrix-"));
  expect(await namesOf(DiskMediaStore.reading(folder))).toEqual([]);
  await DiskMediaStore.open(folder);
  await writeFile(join(folder, "incoming", "half"), "x");
  await DiskMediaStore.open(folder);
  expect(await readdir(join(folder, "incoming"))).toEqual([]);
  await rm(folder, { recursive: true });
});
