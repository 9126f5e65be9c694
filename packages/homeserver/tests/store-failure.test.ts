import { open } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Logger } from "../src/http/logger.ts";
import { queryDatabase } from "./query-database.ts";
import { composed } from "./remote/compose.ts";

/** The writer threads that were sent something, newest last. */
const writers: Worker[] = [];
const postMessage = Worker.prototype.postMessage;
vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, ...args: Parameters<typeof postMessage>) {
  if (writers.at(-1) !== this) writers.push(this);
  return postMessage.apply(this, args);
});

const errors: string[] = [];
const logger: Logger = { info: () => {}, warn: () => {}, error: (message) => void errors.push(message), debug: () => {} } as Logger;
afterEach(() => void errors.splice(0));

async function register(url: string, username: string): Promise<number> {
  const body = JSON.stringify({ username, password: "secret", auth: { type: "m.login.dummy" } });
  return (await fetch(`${url}/_matrix/client/v3/register`, { method: "POST", body })).status;
}

interface Failure {
  readonly code: string;
  readonly happens: (dataDir: string) => Promise<void>;
}

const takenOver: Readonly<Record<string, Failure>> = {
  "another process has taken over its data": {
    code: "FENCED",
    happens: async (dataDir) => void (await queryDatabase(dataDir, "update shards set epoch = epoch + 1")),
  },
};
const failuresOfFile: Readonly<Record<string, Failure>> = {
  "its writer thread is gone": {
    code: "WRITER_DIED",
    happens: async () => void (await writers.at(-1)?.terminate()),
  },
  "its disk gives back something else than was written": {
    code: "DISK_FAILED",
    happens: async (dataDir) => {
      for (const name of ["patrix.db", "patrix.db-wal"]) {
        const file = await open(join(dataDir, name), "r+");
        await file.write(Buffer.alloc((await file.stat()).size, 0xa5), 0);
        await file.close();
      }
    },
  },
};

const isFile = process.env["PATRIX_TEST_DATABASE"] === undefined;

describe.each(Object.entries({ ...takenOver, ...(isFile ? failuresOfFile : {}) }))("a server, when %s,", (_, { code, happens }) => {
  it("ends with a clear line instead of answering 500 for ever", async () => {
    await using server = await composed({ logger });
    expect(await register(server.url, "before")).toBe(200);
    await happens(server.dataDir);
    const ended = server.ended.then(
      () => "stopped",
      (error: { code: string }) => error.code,
    );
    // What is in memory may still be served for a while.
    for (let i = 0; i < 50; i++) if ((await register(server.url, `after${i}`).catch(() => 0)) !== 200) break;
    expect(await ended).toBe(code);
    expect(errors.filter((line) => line.startsWith("the database can no longer be written, so the server ends: "))).toHaveLength(1);
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

it("resolves when it is asked to stop", async () => {
  const server = await composed({ logger });
  await server.stop();
  await expect(server.ended).resolves.toBeUndefined();
  await server[Symbol.asyncDispose]();
});
