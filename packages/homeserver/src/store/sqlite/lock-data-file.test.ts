import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockDataFile } from "./lock-data-file.ts";

let folder = "";
const inUse = expect.objectContaining({ code: "DATA_IN_USE" }) as Error;
const notWritable = expect.objectContaining({ code: "NOT_WRITABLE" }) as Error;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "patrix-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("claims a file for one alone, until the claim is given back", () => {
  const path = join(folder, "patrix.db");
  const unlock = lockDataFile(path);
  expect(() => lockDataFile(path)).toThrow(inUse);
  expect(() => lockDataFile(path)).toThrow(inUse);
  unlock();
  lockDataFile(path)();
});

it("claims each file by itself", () => {
  const unlock = lockDataFile(join(folder, "one.db"));
  lockDataFile(join(folder, "two.db"))();
  unlock();
});

it("lies in a file that nobody else may read", async () => {
  lockDataFile(join(folder, "patrix.db"))();
  expect((await stat(join(folder, "patrix.db-lock"))).mode & 0o777).toBe(0o600);
});

it("holds against another process, whatever that one forgets, and ends when it is killed", async () => {
  const path = join(folder, "patrix.db");
  const source = JSON.stringify(new URL("./lock-data-file.ts", import.meta.url).href);
  const script = `const { lockDataFile } = await import(${source}); lockDataFile(process.argv[1]); gc(); console.log("locked"); setInterval(() => {}, 1e6);`;
  const holder = spawn(process.execPath, ["-C", "@patrix/source", "--expose-gc", "--input-type=module", "-e", script, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(holder, "exit");
  try {
    await Promise.race([once(holder.stdout, "data"), ended]);
    expect(() => lockDataFile(path)).toThrow(inUse);
  } finally {
    holder.kill("SIGKILL");
    await ended;
  }
  lockDataFile(path)();
});

it("says what cannot be written, apart from what is in use", async () => {
  expect(() => lockDataFile(join(folder, "missing", "patrix.db"))).toThrow(notWritable);
  await writeFile(join(folder, "patrix.db-lock"), "something else that somebody has put where the lock lies".repeat(100));
  expect(() => lockDataFile(join(folder, "patrix.db"))).toThrow(notWritable);
});
