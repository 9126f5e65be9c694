import type { BackoffStore } from "../client/backoff-store.ts";
import type { KeyStore, StoredServerKeys } from "../keys/key-store.ts";

/** One thing that every adapter of a port has to do; `check` rejects if it does not. */
export interface ContractCase<T> {
  readonly title: string;
  check(adapter: T): Promise<void>;
}

/** @throws Error naming both values, if they differ as JSON. */
function same(got: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}

const keys: StoredServerKeys = {
  keys: { "ed25519:1": { key: "a", validUntilTs: 10 }, "ed25519:0": { key: "b", validUntilTs: 10, expiredTs: 5 } },
  fetchedTs: 3,
  response: { server_name: "a.org", extra: [1, { x: "é" }] },
};

/** What a {@link KeyStore} has to do. Each case wants an empty store. */
export const keyStoreContract: readonly ContractCase<KeyStore>[] = [
  {
    title: "gives nothing for a server it does not know",
    check: async (store) => same(await store.load("a.org"), undefined),
  },
  {
    title: "gives what was saved, unknown members of the response included",
    check: async (store) => {
      await store.save("a.org", keys);
      same(await store.load("a.org"), keys);
    },
  },
  {
    title: "replaces what it had, and tells servers apart by case and port",
    check: async (store) => {
      await store.save("a.org", keys);
      await store.save("a.org:8448", { ...keys, fetchedTs: 4 });
      await store.save("A.org", { ...keys, fetchedTs: 5 });
      await store.save("a.org", { ...keys, keys: {} });
      same(await store.load("a.org"), { ...keys, keys: {} });
      same((await store.load("a.org:8448"))?.fetchedTs, 4);
      same((await store.load("A.org"))?.fetchedTs, 5);
    },
  },
];

/** What a {@link BackoffStore} has to do. Each case wants an empty store. */
export const backoffStoreContract: readonly ContractCase<BackoffStore>[] = [
  {
    title: "gives nothing for a destination that has not failed",
    check: async (store) => same(await store.load("a.org"), undefined),
  },
  {
    title: "gives what was saved last",
    check: async (store) => {
      await store.save("a.org", { failures: 1, retryAtTs: 60_000 });
      await store.save("a.org", { failures: 2, retryAtTs: 1_700_000_000_000 });
      same(await store.load("a.org"), { failures: 2, retryAtTs: 1_700_000_000_000 });
      same(await store.load("b.org"), undefined);
    },
  },
  {
    title: "forgets, also what it never had",
    check: async (store) => {
      await store.save("a.org", { failures: 1, retryAtTs: 1 });
      await store.save("a.org", undefined);
      await store.save("b.org", undefined);
      same(await store.load("a.org"), undefined);
    },
  },
];
