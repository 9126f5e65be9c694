/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClientError, MatrixError, memoryStore, silentLogger } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { afterAll, describe, expect, it } from "vitest";
import type { AppserviceStore } from "../store/appservice-store.ts";
import { DurableQueue, MAX_SET_ASIDE, MAX_WAITING, type QueueItem, type QueueParts } from "./durable-queue.ts";
import { repeatableTransactionId } from "./handler-scope.ts";
import { RetryLater } from "./retry-later.ts";
import { shutGate } from "../../tests/shut-gate.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-queue-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
/** Time passes when somebody sleeps. */
const clock = { now: () => 1_000, sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };

type Handle = QueueParts<string>["handle"];
async function open(store: AppserviceStore, handle: Handle, more: Partial<QueueParts<string>> = {}): Promise<DurableQueue<string>> {
  return DurableQueue.open({ store, name: "test", handle, clock, logger: silentLogger, ...more });
}
const items = (lane: string, ...values: string[]): Omit<QueueItem<string>, "id">[] => values.map((value) => ({ lane, value }));

describe.each([
  ["memory", () => memoryStore<string>()],
  ["sqlite", () => sqliteStore<string>(join(folder, `${(files += 1)}.db`))],
])("a queue in a store: %s", (_, create) => {
  it("handles a lane in order and lanes side by side, and forgets what is done", async () => {
    await using store = create();
    const done: string[] = [];
    const gate = shutGate();
    await using queue = await open(store, async ({ value }) => {
      if (value === "a1") await gate.opened;
      done.push(value);
    });
    await queue.add([...items("a", "a1", "a2"), ...items("b", "b1", "b2")]);
    expect(done).toEqual([]);
    queue.start();
    await queue.add(items("b", "b3"));
    await expect.poll(() => done).toEqual(["b1", "b2", "b3"]);
    gate.open();
    await queue.idle();
    expect(done).toEqual(["b1", "b2", "b3", "a1", "a2"]);
    expect([...(await store.all("patrix.queue"))]).toEqual([]);
  });

  it("is taken up by the next one, in order, with what was under way first", async () => {
    await using store = create();
    const first = await open(store, async (_item, signal) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new Error("cut short");
    });
    first.start();
    await first.add(items("a", ...Array.from({ length: 12 }, (_none, i) => `${i}`)));
    await first[Symbol.asyncDispose]();
    const done: string[] = [];
    await using second = await open(store, ({ value }) => done.push(value));
    expect(second.size).toBe(12);
    second.start();
    await second.add(items("a", "later"));
    await second.idle();
    expect(done).toEqual([...Array.from({ length: 12 }, (_none, i) => `${i}`), "later"]);
  });
});

describe("a handler that fails", () => {
  it("runs again before what comes after it, and is told the same transaction IDs", async () => {
    const done: string[] = [];
    const ids: unknown[] = [];
    await using queue = await open(memoryStore(), ({ value }) => {
      ids.push([value, repeatableTransactionId("x"), repeatableTransactionId("x"), repeatableTransactionId("y")]);
      if (value === "1" && ids.length < 3) throw new Error("not yet");
      done.push(value);
    });
    queue.start();
    await queue.add(items("a", "1", "2"));
    await queue.idle();
    expect(done).toEqual(["1", "2"]);
    expect(ids[1]).toEqual(ids[0]);
    expect(new Set((ids as string[][]).flatMap(([, ...made]) => made)).size).toBe(4);
    expect(repeatableTransactionId("x")).toBeUndefined();
  });

  it("is set aside after five tries, so that its lane goes on, and may be tried again", async () => {
    const store = memoryStore<string>();
    const handled: string[] = [];
    let isBroken = true;
    await using queue = await open(store, ({ value }) => {
      handled.push(value);
      if (value === "bad" && isBroken) throw new Error("no");
    });
    queue.start();
    await queue.add(items("a", "bad", "good"));
    await queue.idle();
    expect(handled).toEqual(["bad", "bad", "bad", "bad", "bad", "good"]);
    const [item] = await queue.setAside();
    expect(item).toMatchObject({ lane: "a", value: "bad", reason: "Error: no", setAsideTs: 1_000 });
    isBroken = false;
    expect(await queue.retry(item?.id ?? "")).toBe(true);
    await queue.idle();
    expect(handled.at(-1)).toBe("bad");
    expect(await queue.setAside()).toEqual([]);
    expect(await queue.retry(item?.id ?? "")).toBe(false);
  });

  it.each([
    ["asks for it", () => new RetryLater("IRC is away", { afterMs: 5 }), true],
    ["finds the homeserver away", () => new ClientError("NETWORK_ERROR", "away"), true],
    ["was too fast", () => new MatrixError(429, "M_LIMIT_EXCEEDED", "slowly"), true],
    ["breaks the homeserver", () => new MatrixError(500, "M_UNKNOWN", "no"), false],
    ["may not do it", () => new MatrixError(403, "M_FORBIDDEN", "no"), false],
  ])("that %s is patient: %s", async (_, error, isPatient) => {
    let tries = 0;
    await using queue = await open(memoryStore(), () => {
      tries += 1;
      if (tries <= 20) throw error();
    });
    queue.start();
    await queue.add(items("a", "x"));
    await queue.idle();
    expect(tries).toBe(isPatient ? 21 : 5);
    expect(await queue.setAside()).toHaveLength(isPatient ? 0 : 1);
  });

  it("fills the place for what was set aside with the newest", async () => {
    await using queue = await open(
      memoryStore(),
      () => {
        throw new Error("no");
      },
      { tries: 1 },
    );
    queue.start();
    await queue.add(items("a", ...Array.from({ length: MAX_SET_ASIDE + 2 }, (_none, i) => `${i}`)));
    await queue.idle();
    const kept = await queue.setAside();
    expect(kept).toHaveLength(MAX_SET_ASIDE);
    expect(kept.some(({ value }) => value === `${MAX_SET_ASIDE + 1}`)).toBe(true);
  });
});

it("has room for a bounded number of items, and for any number when it is empty", async () => {
  await using queue = await open(memoryStore(), () => {});
  expect(queue.hasRoomFor(MAX_WAITING + 1)).toBe(true);
  await queue.add(items("a", "1"));
  expect(queue.hasRoomFor(MAX_WAITING - 1)).toBe(true);
  expect(queue.hasRoomFor(MAX_WAITING)).toBe(false);
});

it("adds nothing that the store does not take", async () => {
  const store: AppserviceStore = { ...memoryStore<string>(), write: () => Promise.reject(new Error("the disk is full")) };
  const done: string[] = [];
  await using queue = await open(store, ({ value }) => done.push(value));
  queue.start();
  await expect(queue.add(items("a", "1"))).rejects.toThrow("the disk is full");
  expect([queue.size, done]).toEqual([0, []]);
});
