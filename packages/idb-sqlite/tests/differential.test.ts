/* oxlint-disable unicorn/prefer-add-event-listener -- programs that use IndexedDB set handlers */
// Random programs do the same on fake-indexeddb and here.
import { inspect } from "node:util";
import * as fc from "fast-check";
import { IDBFactory as FakeFactory, IDBKeyRange as FakeKeyRange } from "fake-indexeddb";
import { expect, it } from "vitest";
import { keyRange, openIndexedDB } from "@patrix/idb-sqlite";

type Ranges = Pick<typeof IDBKeyRange, "only" | "lowerBound" | "upperBound" | "bound">;

interface StorePlan {
  name: string;
  keyPath: string | string[] | null;
  autoIncrement: boolean;
  indexes: { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean }[];
}
type Query =
  | { kind: "none" }
  | { kind: "key"; key: unknown }
  | { kind: "bound"; lower: unknown; upper: unknown; lowerOpen: boolean; upperOpen: boolean };
interface Step {
  store: number;
  index: number;
  op: string;
  value: Record<string, unknown>;
  key: unknown;
  query: Query;
  count: number;
  direction: IDBCursorDirection;
  moves: { kind: string; key: unknown; primaryKey: unknown; count: number; value: Record<string, unknown> }[];
  forgive: boolean;
}
interface Run {
  mode: IDBTransactionMode;
  steps: Step[];
  end: string;
}
interface Program {
  stores: StorePlan[];
  runs: Run[];
  later: { stores: StorePlan[]; drop: number; dropIndex: number; rename: boolean; abort: boolean; steps: Step[] };
}

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.5, -0, -1e300, -Infinity, -1.5), // Large ones use up the generator there, for good.
  fc.constantFrom("", "a", "aa", "b", "\0", "a\0", "\u007f", "\u0080", "\u3fff", "\u407f", "\uffff", "\ud800", "😀"),
  fc.integer({ min: 0, max: 3 }).map((ms) => new Date(ms)),
  fc.uint8Array({ minLength: 1, maxLength: 3 }), // An empty one counts as detached there.
);
const validKey = fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) });
const anyKey = fc.oneof(
  { weight: 12, arbitrary: validKey },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(NaN, true, null, {}, [undefined], new Date(NaN)) },
);
const value = fc.record(
  {
    id: anyKey,
    a: validKey,
    b: validKey,
    x: anyKey,
    y: scalar,
    tags: fc.oneof(fc.array(anyKey, { maxLength: 4 }), scalar),
    n: fc.oneof(fc.record({ id: validKey }), fc.constant(3), fc.constant({})),
    text: fc.constantFrom<unknown>("v", 1n, undefined, new Map([[1, new Set([2])]]), /x/g, Array.from({ length: 3 })),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, unknown>>;
const query: fc.Arbitrary<Query> = fc.oneof(
  fc.constant<Query>({ kind: "none" }),
  anyKey.map((key): Query => ({ kind: "key", key })),
  fc.record({ kind: fc.constant("bound" as const), lower: validKey, upper: validKey, lowerOpen: fc.boolean(), upperOpen: fc.boolean() }),
);
const move = fc.record({
  kind: fc.constantFrom("continue", "continue", "continue", "to", "toPrimary", "advance", "update", "delete", "stop"),
  key: validKey,
  primaryKey: validKey,
  count: fc.integer({ min: 0, max: 3 }),
  value,
});
const step: fc.Arbitrary<Step> = fc.record({
  store: fc.nat(3),
  index: fc.nat(4),
  op: fc.constantFrom(
    "put",
    "put",
    "put",
    "add",
    "add",
    "delete",
    "clear",
    "get",
    "getKey",
    "getAll",
    "getAllKeys",
    "count",
    "cursor",
    "cursor",
    "keyCursor",
  ),
  value,
  key: fc.option(anyKey, { nil: undefined }),
  query,
  count: fc.integer({ min: 0, max: 4 }),
  direction: fc.constantFrom<IDBCursorDirection>("next", "nextunique", "prev", "prevunique"),
  moves: fc.array(move, { maxLength: 6 }),
  forgive: fc.boolean(),
});
const storePlan: fc.Arbitrary<StorePlan> = fc.record({
  name: fc.constantFrom("one", "two", "three"),
  keyPath: fc.constantFrom<string | string[] | null>(null, null, "id", "n.id", ["a", "b"]),
  autoIncrement: fc.boolean(),
  indexes: fc.array(
    fc.record({
      name: fc.constantFrom("x", "tags", "xy", "z"),
      keyPath: fc.constantFrom<string | string[]>("x", "tags", ["x", "y"], "text.length"),
      unique: fc.boolean(),
      multiEntry: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});
const program: fc.Arbitrary<Program> = fc.record({
  stores: fc.array(storePlan, { minLength: 1, maxLength: 3 }),
  runs: fc.array(
    fc.record({
      mode: fc.constantFrom<IDBTransactionMode>("readwrite", "readwrite", "readwrite", "readonly"),
      steps: fc.array(step, { minLength: 1, maxLength: 12 }),
      end: fc.constantFrom("", "", "", "abort", "commit"),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  later: fc.record({
    stores: fc.array(storePlan, { maxLength: 2 }),
    drop: fc.nat(5),
    dropIndex: fc.nat(5),
    rename: fc.boolean(),
    abort: fc.boolean(),
    steps: fc.array(step, { maxLength: 4 }),
  }),
});

/** Runs a program, and writes down all that can be seen of it. */
class Interpreter {
  readonly log: string[] = [];
  readonly #factory: IDBFactory;
  readonly #ranges: Ranges;

  constructor(factory: IDBFactory, ranges: Ranges) {
    this.#factory = factory;
    this.#ranges = ranges;
  }

  async run({ stores, runs, later }: Program): Promise<string[]> {
    const first = await this.#open(1, (database) => stores.forEach((plan) => this.#create(database, plan)));
    if (!first) return this.log;
    for (const run of runs) await this.#transaction(first, run);
    first.close();
    const second = await this.#open(2, (database, transaction) => {
      const name = database.objectStoreNames[later.drop];
      if (name !== undefined) this.#try(() => database.deleteObjectStore(name));
      for (const plan of later.stores) this.#create(database, plan);
      const other = database.objectStoreNames[0];
      if (other !== undefined) {
        const store = transaction.objectStore(other);
        const index = store.indexNames[later.dropIndex];
        if (index !== undefined) this.#try(() => store.deleteIndex(index));
        this.#try(() => store.createIndex("late", "x", { unique: later.abort }));
      }
      later.steps.forEach((each, at) => this.#step(transaction, each, `u${at}`));
      // There a transaction does not find a store by its new name.
      if (later.rename && other !== undefined) this.#try(() => (transaction.objectStore(other).name = "renamed"));
      if (later.abort && later.drop === 0) transaction.abort();
    });
    second?.close();
    const third = await this.#open(undefined, () => {});
    if (third) await this.#dump(third);
    third?.close();
    return this.log;
  }

  #write(...parts: unknown[]): void {
    const text = parts
      .map((part) => (typeof part === "string" ? part : inspect(part, { depth: 9, sorted: true, breakLength: Infinity, compact: true })))
      .join(" ");
    // Zero and negative zero are one key.
    this.log.push(text.replaceAll(/-0(?![\d.])/g, "0"));
  }

  #try<T>(action: () => T, where: string = "try"): T | undefined {
    try {
      return action();
    } catch (error) {
      this.#write(where, "threw", error instanceof DOMException || error instanceof Error ? error.name : error);
      return undefined;
    }
  }

  #create(database: IDBDatabase, { name, keyPath, autoIncrement, indexes }: StorePlan): void {
    const store = this.#try(() => database.createObjectStore(name, { keyPath, autoIncrement }), "create");
    for (const index of indexes)
      this.#try(() => store?.createIndex(index.name, index.keyPath, { unique: index.unique, multiEntry: index.multiEntry }), "index");
  }

  #open(
    version: number | undefined,
    upgrade: (database: IDBDatabase, transaction: IDBTransaction) => void,
  ): Promise<IDBDatabase | undefined> {
    const request = this.#factory.open("base", version);
    return new Promise((resolve) => {
      request.onupgradeneeded = (event) => {
        this.#write("upgrade", event.oldVersion, event.newVersion);
        const transaction = request.transaction!;
        transaction.onabort = () => this.#write("upgrade aborted", transaction.error?.name ?? "-");
        transaction.oncomplete = () => this.#write("upgrade complete");
        upgrade(request.result, transaction);
      };
      request.onerror = () => {
        this.#write("open failed", request.error?.name);
        resolve(undefined);
      };
      request.onsuccess = () => {
        this.#write("open", request.result.version, [...request.result.objectStoreNames]);
        resolve(request.result);
      };
    });
  }

  #transaction(database: IDBDatabase, { mode, steps, end }: Run): Promise<void> {
    const names = [...database.objectStoreNames];
    if (names.length === 0) return Promise.resolve();
    const transaction = database.transaction(names, mode);
    return new Promise((resolve) => {
      transaction.oncomplete = () => {
        this.#write("complete");
        resolve();
      };
      transaction.onabort = () => {
        this.#write("aborted", transaction.error?.name ?? "-");
        resolve();
      };
      steps.forEach((each, at) => this.#step(transaction, each, String(at)));
      if (end === "abort") this.#try(() => transaction.abort());
      if (end === "commit") this.#try(() => transaction.commit());
    });
  }

  #query(plan: Query): unknown {
    if (plan.kind === "none") return undefined;
    if (plan.kind === "key") return plan.key;
    return this.#ranges.bound(plan.lower, plan.upper, plan.lowerOpen, plan.upperOpen);
  }

  #step(transaction: IDBTransaction, plan: Step, label: string): void {
    const names = [...transaction.objectStoreNames];
    const name = names[plan.store % Math.max(1, names.length)];
    if (name === undefined) return;
    const store = transaction.objectStore(name);
    const indexes = [...store.indexNames];
    const index = plan.index === 0 ? undefined : indexes[plan.index % Math.max(1, indexes.length)];
    const source = index === undefined ? store : store.index(index);
    const where = `${label} ${plan.op} ${name}.${index ?? ""}`;
    const request = this.#try(() => this.#request(store, source, plan), where);
    if (!request) return;
    let moves = 0;
    request.onsuccess = () => {
      const { result } = request;
      if (plan.op !== "cursor" && plan.op !== "keyCursor") return this.#write(where, result);
      if (result === null) return this.#write(where, "end");
      const cursor = result as IDBCursorWithValue;
      this.#write(where, cursor.key, cursor.primaryKey, plan.op === "cursor" ? cursor.value : "-");
      const next = plan.moves[(moves += 1) - 1];
      if (next) this.#try(() => this.#move(cursor, next, where), where);
    };
    request.onerror = (event) => {
      this.#write(where, "failed", request.error?.name);
      if (plan.forgive) event.preventDefault();
    };
  }

  #request(store: IDBObjectStore, source: IDBObjectStore | IDBIndex, plan: Step): IDBRequest {
    const { op, count, direction } = plan;
    // There a given number is not taken back from the generator when its transaction is aborted.
    const tame = (value: unknown): unknown => (store.autoIncrement && typeof value === "number" ? `k${value}` : value);
    const key = tame(plan.key);
    const given = { ...plan.value };
    if ("id" in given) given["id"] = tame(given["id"]);
    if (given["n"] instanceof Object && "id" in given["n"]) given["n"] = { id: tame(given["n"].id) };
    if (op === "put") return key === undefined ? store.put(given) : store.put(given, key as IDBValidKey);
    if (op === "add") return key === undefined ? store.add(given) : store.add(given, key as IDBValidKey);
    if (op === "clear") return store.clear();
    const asked = this.#query(plan.query) as IDBValidKey;
    if (op === "delete") return store.delete(asked);
    if (op === "get") return source.get(asked);
    if (op === "getKey") return source.getKey(asked);
    // There any value that is no key is taken for options, beside which the count still counts.
    if (op.startsWith("getAll") && (typeof asked === "boolean" || isEmptyObject(asked))) return store.count();
    if (op === "getAll") return source.getAll(asked, count);
    if (op === "getAllKeys") return source.getAllKeys(asked, count);
    if (op === "count") return source.count(asked);
    return op === "cursor" ? source.openCursor(asked, direction) : source.openKeyCursor(asked, direction);
  }

  #move(cursor: IDBCursorWithValue, { kind, key, primaryKey, count, value: given }: Step["moves"][number], where: string): void {
    const report = (request: IDBRequest): void => {
      request.onsuccess = () => this.#write(where, kind, request.result);
      request.onerror = (event) => {
        this.#write(where, kind, "failed", request.error?.name);
        event.preventDefault();
      };
    };
    if (kind === "stop") return;
    if (kind === "to") return cursor.continue(key as IDBValidKey);
    if (kind === "toPrimary") return cursor.continuePrimaryKey(key as IDBValidKey, primaryKey as IDBValidKey);
    if (kind === "advance") return cursor.advance(count);
    if (kind === "update") {
      this.#try(() => report(cursor.update({ ...cursor.value, ...given, id: cursor.value?.id, n: cursor.value?.n })), where);
    }
    if (kind === "delete") this.#try(() => report(cursor.delete()), where);
    cursor.continue();
  }

  #dump(database: IDBDatabase): Promise<void> {
    const names = [...database.objectStoreNames];
    if (names.length === 0) return Promise.resolve();
    const transaction = database.transaction(names);
    for (const name of names) {
      const store = transaction.objectStore(name);
      this.#write(name, store.keyPath, store.autoIncrement, [...store.indexNames]);
      const keys = store.getAllKeys();
      keys.onsuccess = () => this.#write(name, keys.result);
      const values = store.getAll();
      values.onsuccess = () => this.#write(name, values.result);
      for (const index of store.indexNames) {
        const entries = store.index(index).getAllKeys();
        entries.onsuccess = () => this.#write(name, index, store.index(index).unique, entries.result);
      }
    }
    return new Promise((resolve) => (transaction.oncomplete = () => resolve()));
  }
}

function isEmptyObject(value: unknown): boolean {
  return inspect(value) === "{}";
}

const runs = Number(process.env["PATRIX_FUZZ_RUNS"] ?? 300);

it("does what fake-indexeddb does, program after program", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(program, async (plan) => {
      const expected = await new Interpreter(new FakeFactory(), FakeKeyRange as never).run(plan);
      using factory = openIndexedDB(":memory:");
      const seen = await new Interpreter(factory, keyRange).run(plan);
      expect(seen).toEqual(expected);
    }),
    { numRuns: runs },
  );
});
