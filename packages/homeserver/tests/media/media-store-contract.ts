// What every store of media does, whatever it keeps them in.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MediaStore, OpenedContent } from "../../src/media/media-store.ts";
import { assertOften } from "../assert-often.ts";

/** A store under test. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: MediaStore;
  /** Where the store writes what has not come in as a whole. */
  readonly incoming: string;
}

/** Holds a store to the contract; each test has an empty one. */
export function describeMediaStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    let store: MediaStore;
    beforeEach(async () => void ({ store } = under = await open()));
    afterEach(async () => {
      expect(await readdir(under.incoming)).toEqual([]);
      await under[Symbol.asyncDispose]();
    });
    const opened = async (sha256: string): Promise<OpenedContent> => (await store.open(sha256)) ?? expect.unreachable();

    it("keeps the same content once, and finds and deletes it by its hash", async () => {
      const content = new TextEncoder().encode("abc");
      const first = await store.put(once(content), 3);
      expect(await store.put(once(content), 3)).toEqual(first);
      expect(first).toEqual({ sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sizeBytes: 3 });
      expect(await namesOf(store)).toEqual([first.sha256]);
      const found = await opened(first.sha256);
      expect(found.sizeBytes).toBe(3);
      {
        await using file = await found.toFile();
        expect(await readFile(file.path, "utf8")).toBe("abc");
      }
      expect(String(await bytesOf(found.read()))).toBe("abc");
      expect(String(await bytesOf(found.read()))).toBe("abc");
      await store.delete(first.sha256);
      await store.delete(first.sha256);
      expect(await store.open(first.sha256)).toBeUndefined();
      expect(await namesOf(store)).toEqual([]);
      for (const path of ["../../etc/passwd", "A".repeat(64), ""]) {
        await expect(store.open(path)).rejects.toThrow(RangeError);
        await expect(store.delete(path)).rejects.toThrow(RangeError);
      }
    });

    it("keeps nothing of a stream that fails or is too large, or that somebody objects to", async () => {
      await expect(store.put(failing(), 100)).rejects.toThrow("broken");
      await expect(store.put(once(new Uint8Array(101)), 100)).rejects.toMatchObject({ code: "TOO_LARGE" });
      const claimed: unknown[] = [];
      const object = async (content: { sha256: string }): Promise<void> => {
        claimed.push(content, await store.open(content.sha256));
        throw new Error("not that");
      };
      await expect(store.put(once(new Uint8Array(5)), 100, object)).rejects.toThrow("not that");
      expect(claimed).toEqual([{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), sizeBytes: 5 }, undefined]);
      expect(await namesOf(store)).toEqual([]);
    });

    it("keeps what is empty, and what comes in many pieces", async () => {
      const empty = await store.put(pieces(0, 1), 10);
      expect((await opened(empty.sha256)).sizeBytes).toBe(0);
      expect(await bytesOf((await opened(empty.sha256)).read())).toHaveLength(0);
      const many = await store.put(pieces(1_000, 7), 7_000);
      expect(many.sizeBytes).toBe(7_000);
      expect(
        createHash("sha256")
          .update(await bytesOf((await opened(many.sha256)).read()))
          .digest("hex"),
      ).toBe(many.sha256);
    });

    it("reads every part that is asked for", async () => {
      const whole = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
      const found = await opened((await store.put(once(whole), whole.length)).sha256);
      const part = fc
        .tuple(fc.nat(whole.length - 1), fc.nat(whole.length - 1))
        .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
      const counts = new Map<string, number>();
      await assertOften(
        fc.asyncProperty(part, async (range) => {
          const read = await bytesOf(found.read(range));
          expect(read.equals(whole.subarray(range.start, range.end + 1))).toBe(true);
          counts.set("parts", (counts.get("parts") ?? 0) + 1);
        }),
        { numRuns: 50, counts, minima: { parts: 50 } },
      );
      for (const at of [0, whole.length - 1]) expect(await bytesOf(found.read({ start: at, end: at }))).toEqual(whole.subarray(at, at + 1));
    });

    it("holds little of what is large in memory, in both directions, and waits for a slow reader", async () => {
      const [count, size] = [400, 262_144];
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      const most = { bytes: 0, notes: 0 };
      const note = (): void => {
        if (most.notes++ % 50 !== 0) return;
        collect();
        most.bytes = Math.max(most.bytes, process.memoryUsage().arrayBuffers);
      };
      note();
      const before = most.bytes;
      const stored = await store.put(pieces(count, size, note), count * size);
      const found = await opened(stored.sha256);
      let read = 0;
      for await (const chunk of found.read()) {
        read += chunk.byteLength;
        note();
        await nextTurn();
      }
      expect(read).toBe(count * size);
      expect(most.notes).toBeGreaterThan(2 * count);
      expect(most.bytes - before).toBeLessThan((count * size) / 5);
    });

    it("is left by a reader in the middle, and serves others at once", async () => {
      const stored = await store.put(pieces(100, 65_536), 100 * 65_536);
      const found = await opened(stored.sha256);
      const readers = Array.from({ length: 8 }, async (_, index) => {
        if (index % 2 === 0) return (await bytesOf(found.read())).length;
        for await (const chunk of found.read()) return Math.min(chunk.byteLength, 1);
        return 0;
      });
      expect(await Promise.all(readers)).toEqual([6_553_600, 1, 6_553_600, 1, 6_553_600, 1, 6_553_600, 1]);
    });

    it("takes the same content and others at once", async () => {
      const stored = await Promise.all(Array.from({ length: 12 }, (_, i) => store.put(once(Buffer.from(`file ${i % 4}`)), 100)));
      expect(new Set(stored.map(({ sha256 }) => sha256)).size).toBe(4);
      expect((await namesOf(store)).length).toBe(4);
    });
  });
}

/** The names of a store, in order. */
export async function namesOf(store: Pick<MediaStore, "names">): Promise<string[]> {
  const names: string[] = [];
  for await (const name of store.names()) names.push(name);
  return names.toSorted();
}

/** All that is read. */
export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** One piece. */
export async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

/** Many pieces, each of other bytes. */
export async function* pieces(count: number, size: number, each: () => void = () => {}): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) {
    yield Buffer.alloc(size, i % 251);
    each();
  }
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(10);
  throw new Error("broken");
}
