import { describe, expect, it } from "vitest";
import type { StoreChange } from "../stores/store.ts";
import { BatchedWrites } from "./batched-writes.ts";

const change = (key: string): StoreChange => ({ table: "outbox", key, value: 1 });

describe("batched writes", () => {
  it("write together what is asked for at the same time, in order, and one after the other", async () => {
    const batches: string[][] = [];
    let running = 0;
    const writes = new BatchedWrites({
      write: async (changes) => {
        expect((running += 1)).toBe(1);
        batches.push(changes.map(({ key }) => key));
        await Promise.resolve();
        running -= 1;
      },
    });
    const first = [writes.write([change("a")]), writes.write([change("b"), change("c")])];
    await Promise.resolve();
    const later = writes.write([change("d")]);
    await Promise.all([...first, later]);
    expect(batches).toEqual([["a", "b", "c"], ["d"]]);
  });

  it("go on after one that failed, of which only those hear who asked for it", async () => {
    let count = 0;
    const writes = new BatchedWrites({ write: async () => void ((count += 1) === 1 && (await Promise.reject(new Error("full")))) });
    const failed = writes.write([change("a")]);
    await expect(failed).rejects.toThrow("full");
    await expect(writes.write([change("b")])).resolves.toBeUndefined();
  });
});
