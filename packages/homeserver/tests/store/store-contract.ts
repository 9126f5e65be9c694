// What every store promises, whatever it keeps its data in.
import { expect, it } from "vitest";
import { StoreError } from "../../src/store/errors.ts";
import { fence, keyList, operation, query, type WriteOperation, write } from "../../src/store/statement.ts";
import type { Store } from "../../src/store/store.ts";
import { LARGEST } from "./statement-case.ts";
import { catalogueNames, reading, removing, storing } from "./statement-cases.ts";

/** Data that can be opened, closed and opened again, and goes at the end. */
export interface StoredData extends AsyncDisposable {
  open(): Promise<Store>;
}

const set = write<[key: string, value: string]>(
  "set",
  `insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value`,
);
const setFenced = fence<[key: string, value: string]>("setFenced", `update meta set value = ?2 where key = ?1`);
const insert = write<[key: string, value: string]>("insert", `insert into meta (key, value) values (?1, ?2)`);
const valueOf = query<[key: string], { readonly value: string }>("valueOf", `select value from meta where key = ?1`);
const among = query<[keys: string], { readonly key: string }>("among", `select key from meta where key in inList(?1) order by key`);
const afterKey = query<[key: string], { readonly key: string }>("afterKey", `select key from meta where key > ?1 order by key`);
const everything = query<[], { readonly key: string; readonly value: string }>("everything", `select key, value from meta order by key`);
const setNumber = write<[kind: string, value: number]>("setNumber", `insert into counters (kind, shard, value) values (?1, 0, ?2)`);
const numberOf = query<[kind: string], { readonly value: number }>("numberOf", `select value from counters where kind = ?1`);
const numberAmong = query<[values: string], { readonly kind: string }>(
  "numberAmong",
  `select kind from counters where value in inList(?1)`,
);
const setBytes = write<[nid: number, base: number | null, bytes: Uint8Array]>(
  "setBytes",
  `insert into state_groups (state_nid, room_nid, base_nid, hops, delta) values (?1, 0, ?2, 0, ?3)`,
);
const bytesOf = query<[nid: number], { readonly base_nid: number | null; readonly delta: Uint8Array }>(
  "bytesOf",
  `select base_nid, delta from state_groups where state_nid = ?1`,
);

const failsWith = (code: StoreError["code"]): unknown => expect.objectContaining({ name: "StoreError", code });

/** Every row that the reading statements find, by statement; in an order of its own where the statement has none. */
export async function readEverything(store: Store): Promise<Map<string, unknown[]>> {
  const found = new Map<string, unknown[]>();
  for (const { statement, params } of reading) {
    const rows = await store.all(statement, ...params);
    const isOrdered = statement.sql.includes("order by");
    const plain = rows.map((row) => ({ ...(row as object) }));
    const key = `${statement.name} ${JSON.stringify(params)}`;
    found.set(key, isOrdered ? plain : plain.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
  }
  return found;
}

/** The tests of a kind of store. */
export function storeContract(create: () => Promise<StoredData>): void {
  it("knows a case for each statement of the catalogue, by a name of its own", async () => {
    const names = await catalogueNames();
    const tried = [...[...storing, ...removing].map(({ write: { name } }) => name), ...reading.map(({ statement: { name } }) => name)];
    expect(names.filter((name) => !tried.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("runs every statement of the catalogue, one by one and all in one batch", async () => {
    await using alone = await create();
    await using oneByOne = await alone.open();
    for (const step of storing) await expect(oneByOne.commit([step]), step.write.name).resolves.toBeUndefined();
    await using together = await create();
    await using atOnce = await together.open();
    await atOnce.commit(storing);
    const found = await readEverything(atOnce);
    expect(found).toEqual(await readEverything(oneByOne));
    // Each finds something, or it would not show that it works.
    const names = new Set(reading.map(({ statement: { name } }) => name));
    const empty = [...names].filter((name) => [...found].every(([key, rows]) => !key.startsWith(`${name} `) || rows.length === 0));
    expect(empty).toEqual(["erasedUsers"]);
    await atOnce.commit(removing);
    for (const step of removing) await expect(oneByOne.commit([step]), step.write.name).resolves.toBeUndefined();
    expect(await readEverything(atOnce)).toEqual(await readEverything(oneByOne));
  });

  it("keeps what is committed", async () => {
    await using data = await create();
    {
      await using store = await data.open();
      await store.commit([operation(set, "a", "1")]);
    }
    await using again = await data.open();
    expect(await again.get(valueOf, "a")).toMatchObject({ value: "1" });
  });

  it("is open once at a time", async () => {
    await using data = await create();
    await using _store = await data.open();
    await expect(data.open()).rejects.toEqual(failsWith("DATA_IN_USE"));
  });

  it("keeps a batch whole or not at all, and keeps what comes after one that failed", async () => {
    await using data = await create();
    await using store = await data.open();
    await store.commit([operation(insert, "taken", "1")]);
    const failed = store.commit([operation(set, "half", "1"), operation(insert, "taken", "2"), operation(set, "other half", "1")]);
    const next = store.commit([operation(set, "next", "1")]);
    await expect(failed).rejects.toEqual(failsWith("COMMIT_FAILED"));
    await next;
    expect(await keysOf(store)).toEqual(["next", "taken"]);
    await expect(store.commit([operation(set, "third", "1"), operation(insert, "taken", "3")])).rejects.toEqual(failsWith("COMMIT_FAILED"));
    // What comes after a fault in its batch is new to the store once more.
    const unseen = operation(setNumber, "unseen", 1);
    await expect(store.commit([operation(insert, "taken", "4"), unseen])).rejects.toEqual(failsWith("COMMIT_FAILED"));
    await store.commit([operation(insert, "last", "1"), unseen]);
    expect(await keysOf(store)).toEqual(["last", "next", "taken"]);
  });

  it("takes a batch without operations", async () => {
    await using data = await create();
    await using store = await data.open();
    await store.commit([]);
    await store.commit([operation(set, "a", "1")]);
    expect(await keysOf(store)).toEqual(["a"]);
  });

  it("commits batches in the order of the calls, and resolves them in it", async () => {
    await using data = await create();
    await using store = await data.open();
    const done: number[] = [];
    const commit = async (i: number): Promise<void> => {
      await store.commit([operation(set, "last", String(i))]);
      done.push(i);
    };
    const all = Array.from({ length: 50 }, (_, i) => i);
    await Promise.all(all.map(commit));
    expect(done).toEqual(all);
    expect(await store.get(valueOf, "last")).toMatchObject({ value: "49" });
  });

  it("shows readers whole batches only, and its own as soon as they are committed", async () => {
    await using data = await create();
    await using store = await data.open();
    const keys = ["a", "b", "c", "d"];
    const batch = (value: string): WriteOperation[] => keys.map((key) => operation(set, key, value));
    await store.commit(batch("0"));
    const writing = { isOn: true };
    const torn: string[] = [];
    const watch = async (): Promise<void> => {
      while (writing.isOn) {
        const values = (await store.all(everything)).map(({ value }) => value);
        if (new Set(values).size !== 1) torn.push(values.join());
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const watching = Promise.all([watch(), watch(), watch()]);
    for (let i = 1; i <= 100; i++) {
      await store.commit(batch(String(i)));
      expect((await store.get(valueOf, keys[i % 4] ?? ""))?.value).toBe(String(i));
    }
    writing.isOn = false;
    await watching;
    expect(torn).toEqual([]);
  });

  it("fails whole, and for good, where a fence finds that another process has taken over", async () => {
    await using data = await create();
    await using store = await data.open();
    const failures: string[] = [];
    store.onFailure(({ code }) => failures.push(code));
    await store.commit([operation(set, "mine", "1")]);
    await store.commit([operation(setFenced, "mine", "2")]);
    const fenced = store.commit([operation(set, "mine", "3"), operation(setFenced, "theirs", "4"), operation(set, "mine", "5")]);
    await expect(fenced).rejects.toEqual(failsWith("FENCED"));
    expect(await store.get(valueOf, "mine")).toMatchObject({ value: "2" });
    expect(failures).toEqual(["FENCED"]);
    await expect(store.commit([operation(set, "mine", "6")])).rejects.toEqual(failsWith("FENCED"));
  });

  it("gives numbers back as they were, up to 2^53 − 1 on both sides of zero", async () => {
    await using data = await create();
    await using store = await data.open();
    const numbers = { zero: 0, one: 1, large: LARGEST, low: -LARGEST, half: 2 ** 31, more: 2 ** 32 + 1 };
    await store.commit(Object.entries(numbers).map(([kind, value]) => operation(setNumber, kind, value)));
    for (const [kind, value] of Object.entries(numbers)) {
      expect(await store.get(numberOf, kind)).toMatchObject({ value });
      expect(await store.all(numberAmong, keyList([value]))).toMatchObject([{ kind }]);
    }
  });

  it("gives every text back as it was, finds it, and has it in the order of its code points", async () => {
    await using data = await create();
    await using store = await data.open();
    const written = [
      "",
      "\0",
      "\0\0",
      "\0a",
      "\u0001",
      "\u0001\u0001",
      "\u0001\u0002",
      "\u0002",
      "\t",
      '"',
      "'",
      "?1",
      "$1",
      "\\",
      "{a,b}",
    ];
    const texts = [...written, "A", "B", "a", "aB", "a\0b", "a b", "b", "~", "null", "é", "\uFFFD", "\uFFFF", "😀", "x".repeat(2_000)];
    await store.commit(texts.map((text) => operation(insert, text, text)));
    const ordered = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await keysOf(store)).toEqual(ordered);
    for (const text of texts) expect(await store.get(valueOf, text), JSON.stringify(text)).toMatchObject({ value: text });
    expect((await store.all(among, keyList([...texts, "missing"]))).map(({ key }) => key)).toEqual(ordered);
    expect((await store.all(afterKey, "\u0001")).map(({ key }) => key)).toEqual(ordered.filter((text) => text > "\u0001"));
    expect(await store.all(among, keyList([]))).toEqual([]);
  });

  it("stores a lone surrogate as U+FFFD, under which it is found again", async () => {
    await using data = await create();
    await using store = await data.open();
    await store.commit([operation(set, "a\uD800b", "\uDC00")]);
    for (const key of ["a\uD800b", "a\uFFFDb"]) {
      expect(await store.get(valueOf, key)).toMatchObject({ value: "\uFFFD" });
      expect(await store.all(among, keyList([key]))).toMatchObject([{ key: "a\uFFFDb" }]);
    }
  });

  it("gives bytes and nulls back as they were", async () => {
    await using data = await create();
    await using store = await data.open();
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const view = new Uint8Array(all.buffer, 10, 20);
    await store.commit([operation(setBytes, 1, null, all), operation(setBytes, 2, 7, new Uint8Array()), operation(setBytes, 3, 0, view)]);
    const found = await Promise.all([1, 2, 3].map((nid) => store.get(bytesOf, nid)));
    expect(found.map((row) => row?.base_nid)).toEqual([null, 7, 0]);
    expect(found.map((row) => row && [...row.delta])).toEqual([[...all], [], [...view]]);
    expect(found[0]?.delta).toBeInstanceOf(Uint8Array);
  });

  it("finishes what was handed over before it is closed, answers nothing after that, and is closed as often as one likes", async () => {
    await using data = await create();
    const store = await data.open();
    await store.commit([operation(set, "a", "1")]);
    const last = Array.from({ length: 20 }, (_, i) => store.commit([operation(set, "last", String(i))]));
    await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);
    await Promise.all(last);
    await expect(store.get(valueOf, "a")).rejects.toEqual(failsWith("CLOSED"));
    await expect(store.all(valueOf, "other")).rejects.toEqual(failsWith("CLOSED"));
    await expect(store.commit([operation(set, "a", "2")])).rejects.toBeInstanceOf(StoreError);
    await using again = await data.open();
    expect(await again.get(valueOf, "last")).toMatchObject({ value: "19" });
  });
}

async function keysOf(store: Store): Promise<string[]> {
  return (await store.all(everything)).map(({ key }) => key);
}
