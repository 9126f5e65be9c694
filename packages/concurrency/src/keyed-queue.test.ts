import { describe, expect, it } from "vitest";
import { KeyedQueue } from "./keyed-queue.ts";

describe("a keyed queue", () => {
  it("runs tasks of one key one after another, and of two keys side by side", async () => {
    const queue = new KeyedQueue<string>();
    const order: string[] = [];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const first = queue.run("a", async () => {
      await gate;
      order.push("a1");
    });
    const second = queue.run("a", async () => void order.push("a2"));
    await queue.run("b", async () => void order.push("b1"));
    expect(order).toEqual(["b1"]);
    open();
    await Promise.all([first, second]);
    expect(order).toEqual(["b1", "a1", "a2"]);
  });

  it("goes on after a task that failed, whose caller alone hears of it", async () => {
    const queue = new KeyedQueue<string>();
    const failed = queue.run("a", () => Promise.reject(new Error("no")));
    const next = queue.run("a", async () => 2);
    await expect(failed).rejects.toThrow("no");
    await expect(next).resolves.toBe(2);
  });

  it("forgets keys without tasks", async () => {
    const queue = new KeyedQueue<number>();
    await Promise.allSettled([
      queue.run(1, async () => 1),
      queue.run(1, () => Promise.reject(new Error("no"))),
      queue.run(2, async () => 1),
    ]);
    expect(queue.size).toBe(0);
  });
});
