import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { operation } from "../../store/statement.ts";
import { insertTransaction } from "../../store/statements/events.ts";
import { type TemporaryCore, temporaryCore } from "../../../tests/temporary-core.ts";
import { SentTransactions } from "./sent-transactions.ts";

const DEVICE = 64;
const OTHER = 128;

let temporary: TemporaryCore;
beforeEach(async () => {
  temporary = await temporaryCore();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await temporary[Symbol.asyncDispose]();
});

function store(device: number, keys: readonly string[]): Promise<void> {
  const operations = keys.map((key, index) => operation(insertTransaction, device, key, index + 1, 0));
  return temporary.core.log.append({ positions: [], operations });
}

const keysUpTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `7 m.room.message  m${index}.${index}`);

describe("the transactions of devices", () => {
  it("are found where they were stored, before this process or by it", async () => {
    await store(DEVICE, ["a", "b"]);
    const sent = new SentTransactions(temporary.core.store);
    expect([await sent.find(DEVICE, "a"), await sent.find(DEVICE, "b"), await sent.find(OTHER, "a")]).toEqual([1, 2, undefined]);
    await store(OTHER, ["a"]);
    sent.add(OTHER, "a");
    expect(await sent.find(OTHER, "a")).toBe(1);
  });

  it("are asked of the store only where they may be there", async () => {
    const sent = new SentTransactions(temporary.core.store);
    await sent.find(DEVICE, "first");
    const get = vi.spyOn(temporary.core.store, "get");
    const keys = keysUpTo(10_000);
    for (const key of keys) {
      expect(await sent.find(DEVICE, key)).toBeUndefined();
      sent.add(DEVICE, key);
    }
    expect(get.mock.calls.length).toBeLessThan(20);
    for (const key of keys.slice(0, 100)) await sent.find(DEVICE, key);
    expect(get.mock.calls.length).toBeGreaterThanOrEqual(100);
  });

  it("of a device with very many are looked up each time", async () => {
    const keys = keysUpTo(1_001);
    await store(DEVICE, keys);
    const sent = new SentTransactions(temporary.core.store);
    expect([await sent.find(DEVICE, keys.at(-1) ?? ""), await sent.find(DEVICE, "none")]).toEqual([1_001, undefined]);
  });

  it("are found still after the filter was full and began anew", async () => {
    const sent = new SentTransactions(temporary.core.store, 50);
    const keys = keysUpTo(120);
    for (const [index, key] of keys.entries()) {
      expect(await sent.find(DEVICE, key)).toBeUndefined();
      await temporary.core.log.append({ positions: [], operations: [operation(insertTransaction, DEVICE, key, index + 1, 0)] });
      sent.add(DEVICE, key);
    }
    for (const [index, key] of keys.entries()) expect(await sent.find(DEVICE, key)).toBe(index + 1);
  });
});
