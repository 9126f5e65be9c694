import { describe, expect, it } from "vitest";
import { Outbox, type OutboxParts, type StoredTransaction } from "./outbox.ts";

const transaction = (seq: number): StoredTransaction => ({ seq, txnId: `txn${seq}`, json: "{}" });

/** An outbox whose service fails as often as it is told, and whose pauses end at once. */
function fixture(failures: number, pending: readonly StoredTransaction[] = []) {
  const sent: string[] = [];
  const confirmed: number[] = [];
  const pauses: number[] = [];
  const passing: string[] = [];
  let now = 0;
  let left = failures;
  let recoveries = 0;
  let atOnce = 0;
  let most = 0;
  const parts: OutboxParts = {
    clock: { now: () => now },
    send: async ({ txnId }) => {
      most = Math.max(most, ++atOnce);
      await Promise.resolve();
      atOnce--;
      sent.push(txnId);
      if (left-- > 0) throw new Error("no");
    },
    confirmed: ({ seq }) => confirmed.push(seq),
    passing: async () => {
      const txnId = passing.shift();
      return txnId === undefined ? undefined : { txnId, json: "{}" };
    },
    failed: () => {},
    recovered: () => recoveries++,
    pause: async (ms) => {
      pauses.push(ms);
      now += ms;
    },
  };
  return { outbox: new Outbox(parts, pending), sent, confirmed, pauses, passing, most: () => most, recoveries: () => recoveries };
}

describe("an outbox", () => {
  it("sends one at a time, in order, what was left first", async () => {
    const { outbox, sent, confirmed, most } = fixture(0, [transaction(1), transaction(2)]);
    outbox.add([transaction(3)]);
    await outbox.drained();
    expect([sent, confirmed, most()]).toEqual([["txn1", "txn2", "txn3"], [1, 2, 3], 1]);
    await outbox[Symbol.asyncDispose]();
  });

  it("tries the same again, after longer and longer pauses, up to a minute", async () => {
    const { outbox, sent, confirmed, pauses, recoveries } = fixture(9);
    outbox.add([transaction(1), transaction(2)]);
    await outbox.drained();
    expect(sent).toEqual([...Array.from({ length: 10 }, () => "txn1"), "txn2"]);
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect([confirmed, recoveries()]).toEqual([[1, 2], 1]);
    await outbox[Symbol.asyncDispose]();
  });

  it("sends what is not stored once, between what is, and goes on where that fails", async () => {
    const { outbox, sent, passing, pauses } = fixture(1);
    passing.push("typing");
    outbox.notice();
    while (sent.length === 0) await Promise.resolve();
    outbox.add([transaction(1)]);
    await outbox.drained();
    expect(sent).toEqual(["typing", "txn1"]);
    expect(pauses.length).toBeLessThanOrEqual(1);
    await outbox[Symbol.asyncDispose]();
  });

  it("ends the wait of those who wait for it when it stops", async () => {
    const parts = fixture(0);
    await parts.outbox[Symbol.asyncDispose]();
    await expect(parts.outbox.drained()).rejects.toThrow();
    const stuck = new Outbox(
      {
        clock: { now: () => 0 },
        send: (_transaction, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
        confirmed: () => {},
        passing: () => Promise.resolve(undefined),
        failed: () => {},
        recovered: () => {},
        pause: async () => {},
      },
      [transaction(1)],
    );
    const drained = expect(stuck.drained()).rejects.toThrow();
    await stuck[Symbol.asyncDispose]();
    await drained;
  });
});
