import { describe, expect, it } from "vitest";
import { ConcurrencyError } from "./errors.ts";
import { Semaphore } from "./semaphore.ts";

/** A task that runs until it is let go, and tells how many run. */
function tasks() {
  const running: (() => void)[] = [];
  let most = 0;
  const task = (): Promise<void> =>
    new Promise((resolve) => {
      running.push(resolve);
      most = Math.max(most, running.length);
    });
  const endOne = (): void => running.shift()?.();
  return { task, endOne, running, most: () => most };
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

describe("a semaphore", () => {
  it("never lets more run than its limit, whoever comes when a place becomes free", async () => {
    const semaphore = new Semaphore(2);
    const { task, endOne, running, most } = tasks();
    const all = Array.from({ length: 6 }, () => semaphore.run(task));
    while (running.length > 0) {
      endOne();
      // Someone new comes in every microtask of the handing over.
      for (let turn = 0; turn < 8 && all.length < 40; turn++) {
        all.push(semaphore.run(task));
        await Promise.resolve();
      }
      await turns(10);
    }
    await Promise.all(all);
    expect(most()).toBe(2);
    expect(semaphore.isIdle).toBe(true);
  });

  it("serves those who wait in order", async () => {
    const semaphore = new Semaphore(1);
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((number) => semaphore.run(async () => void order.push(number))));
    expect(order).toEqual([1, 2, 3]);
  });

  it("refuses those for whom the queue is too long", async () => {
    const semaphore = new Semaphore(1, { maxWaiting: 1 });
    const { task, endOne } = tasks();
    const first = semaphore.run(task);
    expect(semaphore.isFull).toBe(false);
    const second = semaphore.run(task);
    expect(semaphore.isFull).toBe(true);
    const refused = await semaphore.run(task).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConcurrencyError);
    expect(refused).toMatchObject({ code: "QUEUE_FULL" });
    endOne();
    await first;
    endOne();
    await second;
    expect(semaphore.isFull).toBe(false);
  });

  it("gives the place of a task that failed to the next", async () => {
    const semaphore = new Semaphore(1);
    const failed = semaphore.run(() => Promise.reject(new Error("no")));
    const next = semaphore.run(async () => 2);
    await expect(failed).rejects.toThrow("no");
    await expect(next).resolves.toBe(2);
    expect(semaphore.isIdle).toBe(true);
  });
});
