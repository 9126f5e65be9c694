import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StoreError } from "../errors.ts";
import { fence, operation, write } from "../statement.ts";
import { Writer } from "./writer.ts";

const insert = write<[key: string]>("insert", `insert into things values (?1)`);
const remove = write<[key: string]>("remove", `delete from things where key = ?1`);
const removeFenced = fence<[key: string]>("removeFenced", `delete from things where key = ?1 and true`);
const failsWith = (code: StoreError["code"]): unknown => expect.objectContaining({ name: "StoreError", code });

let folder = "";
let path = "";
let threads: Worker[] = [];
const { postMessage } = Worker.prototype;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "patrix-writer-"));
  path = join(folder, "things.db");
  const database = new DatabaseSync(path);
  database.exec("create table things (key text primary key)");
  database.close();
  threads = [];
  // The thread of a writer is its own business, and a test has to end it.
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, ...args: Parameters<typeof postMessage>) {
    if (!threads.includes(this)) threads.push(this);
    return postMessage.apply(this, args);
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

function keys(): unknown[] {
  const database = new DatabaseSync(path);
  const rows = database.prepare("select key from things order by key").all();
  database.close();
  return rows.map((row) => row["key"]);
}

/** A writer, and what it says when it fails for good. */
async function started(): Promise<{ readonly writer: Writer; readonly failures: string[] }> {
  const writer = await Writer.start(path);
  const failures: string[] = [];
  writer.onFailure(({ code }) => void failures.push(code));
  return { writer, failures };
}

describe("a batch", () => {
  it("is stored when its promise resolves, whichever statements were used before", async () => {
    await using writer = await Writer.start(path);
    await writer.commit([operation(insert, "a"), operation(insert, "b")]);
    expect(keys()).toEqual(["a", "b"]);
    await writer.commit([operation(remove, "a"), operation(insert, "c"), operation(insert, "d"), operation(remove, "d")]);
    expect(keys()).toEqual(["b", "c"]);
    await writer.commit([]);
  });

  it("sends a statement once, and another where the text is another", async () => {
    await using writer = await Writer.start(path);
    const sent: unknown[] = [];
    vi.mocked(Worker.prototype.postMessage).mockImplementation(function (this: Worker, ...args: Parameters<typeof postMessage>) {
      sent.push((args[0] as { readonly statements?: readonly { readonly sql: string }[] }).statements?.map(({ sql }) => sql));
      return postMessage.apply(this, args);
    });
    await writer.commit([operation(insert, "a"), operation(insert, "b")]);
    await writer.commit([operation(insert, "c"), operation(remove, "a")]);
    await writer.commit([operation(remove, "b")]);
    expect(sent).toEqual([[insert.sql], [remove.sql], []]);
    expect(keys()).toEqual(["c"]);
  });

  it("that fails stores nothing, and the next one goes on", async () => {
    const { writer, failures } = await started();
    const outcomes = await Promise.allSettled([
      writer.commit([operation(insert, "a")]),
      writer.commit([operation(insert, "b"), operation(insert, "a")]),
      writer.commit([operation(insert, "c")]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await expect(writer.commit([operation(insert, "a")])).rejects.toEqual(failsWith("COMMIT_FAILED"));
    expect([keys(), failures]).toEqual([["a", "c"], []]);
    await writer[Symbol.asyncDispose]();
  });

  it("whose fence finds nothing is the last one: what waits and what follows fails alike, and it is told once", async () => {
    const { writer, failures } = await started();
    await writer.commit([operation(insert, "mine")]);
    await writer.commit([operation(removeFenced, "mine")]);
    const waiting = [writer.commit([operation(insert, "x"), operation(removeFenced, "mine")]), writer.commit([operation(insert, "y")])];
    for (const outcome of await Promise.allSettled(waiting)) expect(outcome).toMatchObject({ reason: failsWith("FENCED") });
    await expect(writer.commit([operation(insert, "z")])).rejects.toEqual(failsWith("FENCED"));
    expect(failures).toEqual(["FENCED"]);
    await writer[Symbol.asyncDispose]();
    expect(failures).toEqual(["FENCED"]);
    expect(keys()).not.toContain("x");
  });
});

describe("a writer", () => {
  it("whose thread is gone fails for good, and tells everyone who listens", async () => {
    const { writer, failures } = await started();
    writer.onFailure(({ code }) => void failures.push(`again ${code}`));
    await writer.commit([operation(insert, "a")]);
    // It stops at once, so that what is handed over now is not stored any more.
    const gone = threads.at(-1)?.terminate();
    const lost = writer.commit([operation(insert, "b")]);
    await Promise.all([expect(lost).rejects.toEqual(failsWith("WRITER_DIED")), gone]);
    await expect(writer.commit([operation(insert, "c")])).rejects.toEqual(failsWith("WRITER_DIED"));
    expect(failures).toEqual(["WRITER_DIED", "again WRITER_DIED"]);
    await writer[Symbol.asyncDispose]();
  });

  it("fails for good when it is told to, by whoever cannot read, and says the first reason", async () => {
    const { writer, failures } = await started();
    writer.fail(new StoreError("DISK_FAILED", "it cannot be read"));
    writer.fail(new StoreError("WRITER_DIED", "later"));
    await expect(writer.commit([operation(insert, "a")])).rejects.toEqual(failsWith("DISK_FAILED"));
    expect(failures).toEqual(["DISK_FAILED"]);
    await writer[Symbol.asyncDispose]();
  });

  it("that is closed stores what was handed over before, and takes nothing more; that is no failure", async () => {
    const { writer, failures } = await started();
    const last = writer.commit([operation(insert, "last")]);
    await writer[Symbol.asyncDispose]();
    await last;
    await expect(writer.commit([operation(insert, "late")])).rejects.toEqual(failsWith("CLOSED"));
    expect([keys(), failures]).toEqual([["last"], []]);
  });

  it("does not start where no database can be opened", async () => {
    await expect(Writer.start(folder)).rejects.toEqual(failsWith("NOT_WRITABLE"));
  });

  it("lets the process end while nothing waits", async () => {
    const held = vi.spyOn(Worker.prototype, "ref");
    const freed = vi.spyOn(Worker.prototype, "unref");
    const { writer } = await started();
    expect([held.mock.calls.length, freed.mock.calls.length]).toEqual([0, 1]);
    const first = writer.commit([operation(insert, "a")]).then(() => freed.mock.calls.length);
    const second = writer.commit([operation(insert, "b")]).then(() => freed.mock.calls.length);
    expect([held.mock.calls.length, await first, await second]).toEqual([2, 1, 2]);
    await writer[Symbol.asyncDispose]();
  });
});
