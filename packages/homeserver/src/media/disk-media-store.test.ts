import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiskMediaStore } from "./disk-media-store.ts";

describe("DiskMediaStore", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "patrix-"))));
  afterEach(() => rm(folder, { recursive: true }));

  it("keeps the same content once, and finds and deletes it by its hash", async () => {
    const store = await DiskMediaStore.open(folder);
    const content = new TextEncoder().encode("abc");
    const first = await store.put(once(content), 3);
    expect(await store.put(once(content), 3)).toEqual(first);
    expect(first).toEqual({ sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sizeBytes: 3 });
    const opened = await store.open(first.sha256);
    await using file = await opened!.toFile();
    expect(new Uint8Array(await readFile(file.path))).toEqual(content);
    expect(await textOf(opened!.read())).toBe("abc");
    expect(await textOf(opened!.read({ start: 1, end: 1 }))).toBe("b");
    await store.delete(first.sha256);
    await store.delete(first.sha256);
    expect(await store.open(first.sha256)).toBeUndefined();
    await expect(store.open("../../etc/passwd")).rejects.toThrow(RangeError);
  });

  it("keeps nothing of a stream that fails or is too large", async () => {
    const store = await DiskMediaStore.open(folder);
    await expect(store.put(failing(), 100)).rejects.toThrow("broken");
    await expect(store.put(once(new Uint8Array(101)), 100)).rejects.toMatchObject({ code: "TOO_LARGE" });
    expect((await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())).toEqual([]);
  });
});

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(10);
  throw new Error("broken");
}
