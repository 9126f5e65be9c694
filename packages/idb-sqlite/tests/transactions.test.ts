/* oxlint-disable unicorn/prefer-add-event-listener -- programs that use IndexedDB set handlers */
// How transactions are scheduled, committed and taken back, and what events tell.
import { once } from "node:events";
import { setImmediate, setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openIndexedDB, type SqliteIndexedDB } from "@patrix/idb-sqlite";

let factory: SqliteIndexedDB;
let database: IDBDatabase;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as Error);
  });
}

beforeEach(async () => {
  factory = openIndexedDB(":memory:");
  const request = factory.open("base", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("a");
    request.result.createObjectStore("b", { autoIncrement: true }).createIndex("x", "x", { unique: true });
  };
  database = await done(request);
});
afterEach(() => factory.close());

describe("a transaction", () => {
  it("stays active for the promises that follow from a callback, and no longer", async () => {
    const transaction = database.transaction("a", "readwrite");
    const store = transaction.objectStore("a");
    await done(store.put(1, "one"));
    await Promise.resolve();
    await done(store.put(2, "two"));
    await setImmediate();
    await setImmediate();
    expect(() => store.put(3, "three")).toThrow(expect.objectContaining({ name: "TransactionInactiveError" }));
    expect(await done(database.transaction("a").objectStore("a").getAll())).toEqual([1, 2]);
  });

  it("waits for an earlier one that writes to the same store, and sees what it wrote", async () => {
    const log: string[] = [];
    const writing = database.transaction("a", "readwrite");
    const reading = database.transaction("a");
    reading.objectStore("a").get("k").onsuccess = ({ target }) => log.push(`read ${String((target as IDBRequest).result)}`);
    writing.objectStore("a").put("old", "k");
    writing.objectStore("a").get("k").onsuccess = () => {
      writing.objectStore("a").put("new", "k");
    };
    writing.oncomplete = () => log.push("written");
    await once(reading, "complete");
    expect(log).toEqual(["written", "read new"]);
  });

  it("that reads does not wait for another that reads, nor for one that writes elsewhere", async () => {
    const hold = (transaction: IDBTransaction, store: string, whileOpen: () => boolean): Promise<unknown> => {
      const again = (): void => {
        if (whileOpen()) transaction.objectStore(store).get("k").onsuccess = again;
      };
      again();
      return once(transaction, "complete");
    };
    let ended = 0;
    const end = (): void => void (ended += 1);
    const first = hold(database.transaction("a"), "a", () => ended < 2);
    const writing = hold(database.transaction("b", "readwrite"), "b", () => ended < 1);
    const second = hold(database.transaction("a"), "a", () => false).then(end);
    void writing.then(end);
    await Promise.all([first, writing, second]);
    expect(ended).toBe(2);
  });

  it("is taken back as a whole, with what the key generator gave", async () => {
    await done(database.transaction("b", "readwrite").objectStore("b").add({ x: 1 }));
    const transaction = database.transaction(["a", "b"], "readwrite");
    const log: string[] = [];
    const pending = transaction.objectStore("b").add({ x: 2 });
    pending.onerror = (event) => log.push(`${(event.target as IDBRequest).error?.name} ${event.bubbles}`);
    transaction.objectStore("b").put({ x: 9 }, 40);
    transaction.objectStore("a").put("gone", "k");
    database.onabort = () => log.push("abort bubbles");
    transaction.onerror = () => log.push("error bubbles");
    transaction.abort();
    expect(() => transaction.abort()).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
    await once(transaction, "abort");
    expect(log.slice(0, 3)).toEqual(["AbortError true", "error bubbles", "error bubbles"]);
    expect(log.at(-1)).toBe("abort bubbles");
    expect(transaction.error).toBeNull();
    expect(await done(database.transaction("a").objectStore("a").count())).toBe(0);
    expect(await done(database.transaction("b", "readwrite").objectStore("b").add({ x: 3 }))).toBe(2);
  });

  it("that is aborted while it waits for another leaves the way free", async () => {
    const first = database.transaction("a", "readwrite");
    first.objectStore("a").put(1, "k");
    const second = database.transaction("a", "readwrite");
    second.objectStore("a").put(2, "k");
    const third = database.transaction("a", "readwrite");
    third.objectStore("a").get("k").onsuccess = ({ target }) => third.objectStore("a").put((target as IDBRequest<number>).result + 10, "k");
    second.abort();
    await once(third, "complete");
    expect(await done(database.transaction("a").objectStore("a").get("k"))).toBe(11);
  });

  it("goes on after an error that a callback has prevented, and is aborted by one that nobody has", async () => {
    const first = database.transaction("b", "readwrite");
    first.objectStore("b").add({ x: 1 });
    first.objectStore("b").add({ x: 1 }).onerror = (event) => event.preventDefault();
    await once(first, "complete");
    const second = database.transaction("b", "readwrite");
    second.objectStore("b").put({ x: 7 }, 7);
    second.objectStore("b").add({ x: 1 });
    await once(second, "abort");
    expect(second.error?.name).toBe("ConstraintError");
    expect(await done(database.transaction("b").objectStore("b").getAllKeys())).toEqual([1]);
  });

  it("is aborted by a callback that throws, whose error surfaces", async () => {
    const surfaced: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => surfaced.push(error));
    try {
      const transaction = database.transaction("a", "readwrite");
      transaction.objectStore("a").put(1, "k").onsuccess = () => {
        throw new Error("from a callback");
      };
      await once(transaction, "abort");
      expect(transaction.error?.name).toBe("AbortError");
      expect(surfaced).toEqual([new Error("from a callback")]);
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
    expect(await done(database.transaction("a").objectStore("a").count())).toBe(0);
  });

  it("can be committed before its callbacks have run, after which it takes no request", async () => {
    const transaction = database.transaction("a", "readwrite");
    transaction.objectStore("a").put(1, "k").onsuccess = () =>
      expect(() => transaction.objectStore("a").put(2, "l")).toThrow(expect.objectContaining({ name: "TransactionInactiveError" }));
    transaction.commit();
    expect(() => transaction.objectStore("a").put(2, "l")).toThrow(expect.objectContaining({ name: "TransactionInactiveError" }));
    await once(transaction, "complete");
    expect(() => transaction.commit()).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
  });

  it("takes no request while a value is cloned, and calls each getter once", () => {
    const transaction = database.transaction("a", "readwrite");
    const store = transaction.objectStore("a");
    let calls = 0;
    store.put(
      {
        get trap() {
          calls += 1;
          expect(() => store.get("k")).toThrow(expect.objectContaining({ name: "TransactionInactiveError" }));
          return 1;
        },
      },
      "k",
    );
    expect(calls).toBe(1);
    expect(store.get("k").readyState).toBe("pending");
  });

  it("tells what goes against its mode, its scope and its database", () => {
    const named = (name: string): unknown => expect.objectContaining({ name });
    const reading = database.transaction("a");
    expect(() => reading.objectStore("a").put(1, "k")).toThrow(named("ReadOnlyError"));
    expect(() => reading.objectStore("b")).toThrow(named("NotFoundError"));
    expect(() => database.transaction("c")).toThrow(named("NotFoundError"));
    expect(() => database.transaction([])).toThrow(named("InvalidAccessError"));
    expect(() => database.transaction("a", "versionchange")).toThrow(TypeError);
    expect(() => database.createObjectStore("c")).toThrow(named("InvalidStateError"));
    expect(() => reading.objectStore("a").get("k").result).toThrow(named("InvalidStateError"));
    expect(() =>
      database
        .transaction("a", "readwrite")
        .objectStore("a")
        .put(() => {}, "k"),
    ).toThrow(named("DataCloneError"));
  });
});

describe("a key generator", () => {
  it("goes on after the largest number that it was given, and ends at 2^53", async () => {
    const add = (key?: IDBValidKey): Promise<IDBValidKey> => done(database.transaction("b", "readwrite").objectStore("b").add({}, key));
    expect(await add()).toBe(1);
    expect(await add(6.9)).toBe(6.9);
    expect(await add(-1e300)).toBe(-1e300);
    expect(await add("text")).toBe("text");
    expect(await add()).toBe(7);
    expect(await add(2 ** 53 - 1)).toBe(2 ** 53 - 1);
    expect(await add()).toBe(2 ** 53);
    await expect(add()).rejects.toMatchObject({ name: "ConstraintError" });
    await expect(add(Infinity)).resolves.toBe(Infinity);
    await expect(add()).rejects.toMatchObject({ name: "ConstraintError" });
  });

  it("forgets what an aborted transaction gave it", async () => {
    const transaction = database.transaction("b", "readwrite");
    transaction.objectStore("b").put({}, 100);
    transaction.abort();
    expect(await done(database.transaction("b", "readwrite").objectStore("b").add({}))).toBe(1);
  });
});

describe("events", () => {
  it("reach listeners in the order of the DOM: captured from above, at the target, bubbling up", async () => {
    const log: string[] = [];
    const transaction = database.transaction("b", "readwrite");
    transaction.objectStore("b").add({ x: 1 });
    const request = transaction.objectStore("b").add({ x: 1 });
    const note = (name: string) => (event: Event) => log.push(`${name} ${event.eventPhase} ${event.target === request}`);
    database.addEventListener("error", note("database captures"), true);
    transaction.addEventListener("error", note("transaction captures"), { capture: true, once: true });
    request.addEventListener("error", note("listener"));
    request.onerror = note("handler");
    transaction.addEventListener("error", { handleEvent: note("transaction") });
    database.onerror = (event) => {
      log.push(`database ${event.currentTarget === database} ${event.composedPath().length}`);
      event.preventDefault();
    };
    await once(transaction, "complete");
    expect(log).toEqual([
      "database captures 1 true",
      "transaction captures 1 true",
      "listener 2 true",
      "handler 2 true",
      "transaction 3 true",
      "database true 3",
    ]);
  });

  it("stop where a listener says so, and go to no listener that was removed", async () => {
    const log: string[] = [];
    const transaction = database.transaction("b", "readwrite");
    transaction.objectStore("b").add({ x: 1 });
    const request = transaction.objectStore("b").add({ x: 1 });
    const removed = (): void => void log.push("removed");
    request.addEventListener("error", removed);
    request.removeEventListener("error", removed);
    request.addEventListener("error", (event) => {
      event.stopImmediatePropagation();
      event.preventDefault();
      log.push("first");
    });
    request.addEventListener("error", () => log.push("second"));
    transaction.onerror = () => log.push("above");
    await once(transaction, "complete");
    expect(log).toEqual(["first"]);
  });
});

describe("closing", () => {
  it("takes back what is not committed, and tells each connection", async () => {
    const transaction = database.transaction("a", "readwrite");
    transaction.objectStore("a").put(1, "k");
    const told = Promise.all([once(database, "close"), once(transaction, "abort")]);
    factory.close();
    await told;
    expect(() => factory.open("base")).toThrow(expect.objectContaining({ code: "CLOSED" }));
    expect(() => database.transaction("a")).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
    await setTimeout(0);
  });
});
