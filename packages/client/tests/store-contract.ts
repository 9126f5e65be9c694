// What every store does, as cases that run anywhere: in a test of Node, and in the page of a browser.
import type { Store, StoreChange } from "@patrix/client";

/** One thing that a store does. It throws where it does not. */
export interface StoreCase {
  readonly title: string;
  /** `open` opens the store of a place; the same place is the same store. */
  run(open: (place: string, options?: { passphrase?: string }) => Store): Promise<void>;
}

/** What every store does. */
export const storeContract: readonly StoreCase[] = [
  {
    title: "gives back what was written, table by table",
    async run(open) {
      await using store = open("tables");
      await store.write([
        { table: "rooms", key: "!a", value: { n: 1, deep: [null, "✓"] } },
        { table: "state", key: "!a", value: "other" },
      ]);
      equal(await store.get("rooms", "!a"), { n: 1, deep: [null, "✓"] });
      equal(await store.get("rooms", "!b"), undefined);
      equal([...(await store.all("state"))], [["!a", "other"]]);
    },
  },
  {
    title: "may be disposed of twice",
    async run(open) {
      const store = open("disposed");
      await store.write([{ table: "rooms", key: "a", value: 1 }]);
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  },
  {
    title: "applies changes in order, and forgets",
    async run(open) {
      await using store = open("order");
      await store.write([
        { table: "rooms", key: "a", value: 1 },
        { table: "rooms", key: "a", value: 2 },
        { table: "rooms", key: "b", value: 1 },
        { table: "rooms", key: "b", value: undefined },
        { table: "rooms", key: "__proto__", value: 3 },
        { table: "rooms", key: "", value: false },
      ]);
      equal(sorted(await store.all("rooms")), [
        ["", false],
        ["__proto__", 3],
        ["a", 2],
      ]);
    },
  },
  {
    title: "writes in the order of asking, whether or not anyone waits",
    async run(open) {
      await using store = open("asking");
      const many = Array.from({ length: 500 }, (_, at): StoreChange => ({ table: "rooms", key: `k${at}`, value: at }));
      const one = (value: number): StoreChange[] => [{ table: "rooms", key: "k0", value }];
      await Promise.all([store.write(many), store.write(one(-1)), store.write(one(-2))]);
      equal(await store.get("rooms", "k0"), -2);
    },
  },
  {
    title: "changes nothing if one value is no JSON",
    async run(open) {
      await using store = open("json");
      const bad: StoreChange = { table: "rooms", key: "b", value: 1n };
      await fails(store.write([{ table: "rooms", key: "a", value: 1 }, bad]));
      equal((await store.all("rooms")).size, 0);
      await store.write([{ table: "rooms", key: "c", value: 1 }]);
      equal((await store.all("rooms")).size, 1);
    },
  },
  {
    title: "gives back all of a long table, and nothing of its neighbours",
    async run(open) {
      await using store = open("long");
      const changes = Array.from({ length: 2500 }, (_, at): StoreChange => ({ table: "state", key: `k${at}`, value: at }));
      await store.write([{ table: "session", key: "x", value: 1 }, ...changes, { table: "sync", key: "x", value: 1 }]);
      const found = await store.all("state");
      equal(found.size, 2500);
      equal(
        [...found].every(([key, value]) => key === `k${String(value)}`),
        true,
      );
    },
  },
];

/** What every store does that outlives its process. */
export const durableContract: readonly StoreCase[] = [
  {
    title: "is there again when it is opened again",
    async run(open) {
      {
        await using store = open("again");
        await store.write([{ table: "sync", key: "token", value: "s1" }]);
      }
      await using again = open("again");
      equal(await again.get("sync", "token"), "s1");
    },
  },
  {
    title: "belongs to one at a time, and to the next when it is closed",
    async run(open) {
      const store = open("one");
      await store.write([{ table: "sync", key: "token", value: "s1" }]);
      const other = open("one");
      equal(await fails(other.get("sync", "token")), "STORE_IN_USE");
      await store[Symbol.asyncDispose]();
      equal(await other.get("sync", "token"), "s1");
      await other[Symbol.asyncDispose]();
    },
  },
  {
    title: "finishes what was asked for when it is closed, and takes nothing more",
    async run(open) {
      const store = open("closed");
      await store.write([{ table: "sync", key: "token", value: "s0" }]);
      const last = store.write([{ table: "sync", key: "token", value: "s1" }]);
      await store[Symbol.asyncDispose]();
      await last;
      equal(await fails(store.get("sync", "token")), "STOPPED");
      await using again = open("closed");
      equal(await again.get("sync", "token"), "s1");
    },
  },
  {
    title: "opens with its passphrase, and with no other",
    async run(open) {
      {
        await using store = open("secret", { passphrase: "sesame" });
        await store.write([{ table: "session", key: "visible-key", value: "visible-value" }]);
      }
      for (const options of [{ passphrase: "wrong" }, {}]) {
        await using store = open("secret", options);
        equal(await fails(store.get("session", "visible-key")), "WRONG_PASSPHRASE");
      }
      await using store = open("secret", { passphrase: "sesame" });
      equal(await store.get("session", "visible-key"), "visible-value");
    },
  },
  {
    title: "has no passphrase that was not given to it at first",
    async run(open) {
      {
        await using store = open("open");
        await store.write([{ table: "sync", key: "token", value: "s1" }]);
      }
      await using store = open("open", { passphrase: "sesame" });
      equal(await fails(store.get("sync", "token")), "WRONG_PASSPHRASE");
    },
  },
];

function equal(actual: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`expected ${other}, got ${one}`);
}

/** The code of the error that a promise is rejected with. */
async function fails(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => {
      throw new Error("expected a failure");
    },
    (reason: unknown) => reason,
  );
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function sorted(table: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...table].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
