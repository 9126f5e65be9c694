/* oxlint-disable unicorn/prefer-add-event-listener -- programs that use IndexedDB set handlers */
// What is committed survives whatever happens to the process; a file belongs to one process at a time.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { openIndexedDB } from "@patrix/idb-sqlite";

const folder = mkdtempSync(join(tmpdir(), "patrix-idb-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = (): string => join(folder, `${(files += 1)}.db`);

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as Error);
  });
}

function openCounters(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open("counters", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("pairs").createIndex("n", "n");
  };
  return done(request);
}

/** Runs a program in a process of its own. */
function start(program: string, ...args: string[]): ChildProcess {
  const source = `import { openIndexedDB } from "@patrix/idb-sqlite";\n${program}`;
  return spawn(process.execPath, ["-C", "@patrix/source", "--input-type=module", "-e", source, ...args], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

const counting = `
const request = openIndexedDB(process.argv[1]).open("counters", 1);
request.onupgradeneeded = () => request.result.createObjectStore("pairs").createIndex("n", "n");
request.onsuccess = () => {
  let n = 0;
  const next = () => {
    n += 1;
    const transaction = request.result.transaction("pairs", "readwrite");
    transaction.objectStore("pairs").put({ n }, "left");
    transaction.objectStore("pairs").put({ n, padding: "x".repeat(20_000) }, "right");
    transaction.oncomplete = () => {
      console.log(n);
      next();
    };
  };
  next();
};`;

describe("a process that is killed", () => {
  it("leaves all that it said to be committed, and nothing of a transaction in part", async () => {
    const path = newPath();
    for (let round = 0; round < 6; round += 1) {
      const child = start(counting, path);
      const exited = once(child, "exit");
      let told = 0;
      for await (const line of createInterface({ input: child.stdout! })) {
        told = Number(line);
        if (told >= 5 + round * 7) child.kill("SIGKILL");
      }
      await exited;
      using factory = openIndexedDB(path);
      const database = await openCounters(factory);
      const store = database.transaction("pairs").objectStore("pairs");
      const [left, right, byIndex] = await Promise.all([
        done(store.get("left")),
        done(store.get("right")),
        done(store.index("n").getAllKeys()),
      ]);
      expect(left.n).toBe(right.n);
      expect(left.n).toBeGreaterThanOrEqual(told);
      expect(byIndex).toEqual(["left", "right"]);
      // The next round counts from the beginning: what it finds must not hide what it loses.
      const cleared = database.transaction("pairs", "readwrite");
      cleared.objectStore("pairs").clear();
      await once(cleared, "complete");
    }
  });
});

describe("a file that is open", () => {
  it("is refused by name to another process and to this one, until it is closed", async () => {
    const path = newPath();
    const child = start(`openIndexedDB(process.argv[1]); console.log("open"); setInterval(() => {}, 1e6);`, path);
    const exited = once(child, "exit");
    await once(child.stdout!, "data");
    const refusal = { code: "FILE_IN_USE", message: expect.stringContaining(`${path} is open already`) };
    expect(() => openIndexedDB(path)).toThrow(expect.objectContaining(refusal));
    child.kill("SIGKILL");
    await exited;
    const factory = openIndexedDB(path);
    expect(() => openIndexedDB(path)).toThrow(expect.objectContaining(refusal));
    factory.close();
    openIndexedDB(path).close();
  });

  it("can be read by its owner only", () => {
    const path = newPath();
    using _ = openIndexedDB(path);
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o077).toBe(0);
  });
});

describe("a file of something else", () => {
  it("is refused and left as it is", () => {
    const path = newPath();
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE theirs (x)");
    other.close();
    expect(() => openIndexedDB(path)).toThrow(expect.objectContaining({ code: "NOT_A_STORE" }));
    const text = newPath();
    writeFileSync(text, "a letter to the editor, longer than the head of a database file. ".repeat(20));
    expect(() => openIndexedDB(text)).toThrow(expect.objectContaining({ code: "NOT_A_STORE" }));
    expect(() => openIndexedDB(join(folder, "missing", "x.db"))).toThrow(expect.objectContaining({ code: "CANNOT_OPEN" }));
  });

  it("is refused if a later version wrote it", () => {
    const path = newPath();
    openIndexedDB(path).close();
    const raw = new DatabaseSync(path);
    raw.exec("PRAGMA user_version = 99");
    raw.close();
    expect(() => openIndexedDB(path)).toThrow(expect.objectContaining({ code: "NEWER_FORMAT" }));
  });
});

describe("100,000 records with three indexes", () => {
  const program = `
const [, path, chunk] = process.argv;
const request = openIndexedDB(path).open("keys", 1);
request.onupgradeneeded = () => {
  const store = request.result.createObjectStore("keys");
  for (const name of ["sender", "backup", "pair"]) store.createIndex(name, name === "pair" ? ["sender", "session"] : name);
};
request.onsuccess = async () => {
  const before = process.memoryUsage().rss;
  let highest = 0;
  const look = () => (highest = Math.max(highest, process.memoryUsage().rss - before));
  const pad = (n) => String(n).padStart(43, "k");
  for (let n = 0; n < 100_000; ) {
    const transaction = request.result.transaction("keys", "readwrite");
    const store = transaction.objectStore("keys");
    for (const end = n + Number(chunk); n < end; n += 1)
      store.put({ sender: pad(n % 500), session: pad(n), backup: 1, pickle: new Uint8Array(1200) }, [pad(n % 50), pad(n)]);
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    look();
  }
  let seen = 0;
  request.result.transaction("keys").objectStore("keys").index("backup").openCursor().onsuccess = ({ target }) => {
    if (target.result) {
      seen += 1;
      if (seen % 1000 === 0) look();
      return target.result.continue();
    }
    console.log(JSON.stringify({ seen, highest }));
    process.exit();
  };
};`;

  // The values alone are 120 MB. Requests that are made at once have to be kept until their transaction is over, values do not.
  it.each([
    ["many transactions", 500, 250],
    ["one transaction", 100_000, 400],
  ])("are written in %s and read by a cursor within little memory", { timeout: 240_000 }, async (_, chunk, maxMegabytes) => {
    const child = start(program, newPath(), String(chunk));
    const [text] = (await once(child.stdout!, "data")) as [Buffer];
    const { seen, highest } = JSON.parse(String(text)) as { seen: number; highest: number };
    expect(seen).toBe(100_000);
    expect(highest / 1024 / 1024).toBeLessThan(maxMegabytes);
  });
});
