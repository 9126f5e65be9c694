/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Files that are longer than memory should hold: sent and downloaded as they are read, through a socket.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, type MessageEvent, type Room, silentLogger } from "@patrix/client";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const mebibyte = 1024 * 1024;
const size = 40 * mebibyte;
const folder = mkdtempSync(join(tmpdir(), "patrix-streams-"));
let server: TestHomeserver;
/** Fails requests as a test wants. */
let fault: ((path: string, attempt: number) => Response | undefined) | undefined;
let uploads = 0;
let lastUpload: RequestInit | undefined;

const fetchWithFaults: typeof globalThis.fetch = async (input, init) => {
  const path = new URL(input instanceof Request ? input.url : input).pathname;
  if (path.endsWith("/upload")) {
    uploads += 1;
    lastUpload = init;
  }
  return fault?.(path, uploads) ?? globalThis.fetch(input, init);
};

beforeAll(async () => {
  server = await testHomeserver();
  await server.register("ann");
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<Client> {
  fault = undefined;
  const client = await createClient(server.url, { encryption: true, logger: silentLogger, fetch: fetchWithFaults });
  await client.login.password("ann", "secret");
  await client.start();
  return client;
}

const hashOf = (): ReturnType<typeof createHash> => createHash("sha256");
/** A megabyte that is like no other. */
const piece = (at: number): Uint8Array => new Uint8Array(mebibyte).fill(at + 1);
const wholeHash = (): string => {
  const hash = hashOf();
  for (let at = 0; at < size / mebibyte; at += 1) hash.update(piece(at));
  return hash.digest("hex");
};
/** A stream of the file, that counts how far it was read. */
function longFile(read: { bytes: number }): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at === size / mebibyte) return controller.close();
        controller.enqueue(piece(at));
        read.bytes += mebibyte;
        at += 1;
      },
    },
    { highWaterMark: 0 },
  );
}

async function sent(room: Room, id: string): Promise<MessageEvent> {
  return (await room.event(id as never)) as unknown as MessageEvent;
}

describe("a long file", () => {
  it("is encrypted as it is sent and decrypted as it comes, and progress tells of it", async () => {
    await using ann = await open();
    const room = await ann.rooms.create({ encrypted: true });
    const progress: number[] = [];
    const read = { bytes: 0 };
    const id = await room.send.file(
      { data: longFile(read), name: "long.bin", size },
      { onProgress: ({ sent: done }) => progress.push(done) },
    );
    expect([progress.at(0), progress.at(-1), progress.length > 20]).toEqual([0, size, true]);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const event = await sent(room, id);
    expect(event.content).toMatchObject({ info: { size, mimetype: "application/octet-stream" }, filename: "long.bin" });
    const received: number[] = [];
    const file = await event.stream({ onProgress: ({ received: done }) => received.push(done) });
    expect(file.size).toBe(size);
    const hash = hashOf();
    for await (const chunk of file.stream) hash.update(chunk);
    expect(hash.digest("hex")).toBe(wholeHash());
    expect([received.at(-1), received.length > 20]).toEqual([size, true]);
    // The same as a whole.
    const blob = await event.download();
    expect(
      hashOf()
        .update(new Uint8Array(await blob.arrayBuffer()))
        .digest("hex"),
    ).toBe(wholeHash());
  });

  it("may have any length", async () => {
    await using ann = await open();
    // So long that it gets more than the least time, and no whole number of milliseconds.
    const data = new Uint8Array(10 * mebibyte + 1).fill(7);
    const blob = await ann.media.download(await ann.media.upload({ data, name: "odd.bin" }));
    expect(blob.size).toBe(data.length);
  });

  it("is read no faster than it is sent, and no faster than it is taken", async () => {
    await using ann = await open();
    const read = { bytes: 0 };
    let most = 0;
    const url = await ann.media.upload(
      { data: longFile(read), name: "long.bin", size },
      { onProgress: ({ sent: done }) => (most = Math.max(most, read.bytes - done)) },
    );
    expect(most).toBeLessThanOrEqual(4 * mebibyte);
    // Without these two Node keeps all of it in memory, to send it on where it is redirected.
    expect(lastUpload).toMatchObject({ window: null, redirect: "error" });
    expect(lastUpload?.body).toBeInstanceOf(ReadableStream);
    let received = 0;
    const { stream } = await ann.media.stream(url, { onProgress: ({ received: done }) => (received = done) });
    const reader = stream.getReader();
    await reader.read();
    // Nobody takes more: nothing more is read.
    expect(received).toBeLessThan(4 * mebibyte);
    await reader.cancel();
  });

  it("is sent again from its begin after a failure, with another key; one that can be read only once is not", async () => {
    await using ann = await open();
    const room = await ann.rooms.create({ encrypted: true });
    const path = join(folder, "file.bin");
    await writeFile(path, new Uint8Array(3 * mebibyte).fill(9));
    uploads = 0;
    fault = (asked, attempt) =>
      asked.endsWith("/upload") && attempt === 1 ? Response.json({ errcode: "M_UNKNOWN" }, { status: 502 }) : undefined;
    const event = await sent(room, await room.send.file(path));
    expect(uploads).toBe(2);
    const blob = await event.download();
    expect(new Uint8Array(await blob.arrayBuffer()).every((byte) => byte === 9)).toBe(true);
    uploads = 0;
    const once = room.send.file({ data: longFile({ bytes: 0 }), name: "once" });
    await expect(once).rejects.toMatchObject({ code: "SEND_FAILED" });
    expect(uploads).toBe(1);
  });

  it("stops when it is called off, on its way there and back", async () => {
    await using ann = await open();
    const room = await ann.rooms.create({ encrypted: true });
    const read = { bytes: 0 };
    const stop = new AbortController();
    const sending = room.send.file(
      { data: longFile(read), name: "long.bin", size },
      { signal: stop.signal, onProgress: ({ sent: done }) => done > 2 * mebibyte && stop.abort(new Error("enough")) },
    );
    await expect(sending).rejects.toBeDefined();
    expect(read.bytes).toBeLessThan(size / 2);
    const url = await ann.media.upload({ data: new Uint8Array(8 * mebibyte), name: "a" });
    const end = new AbortController();
    const { stream } = await ann.media.stream(url, { signal: end.signal });
    const reader = stream.getReader();
    await reader.read();
    end.abort(new Error("enough"));
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow("enough");
  });

  it("goes the same way on a platform that sends no streams, as browsers", async () => {
    await using ann = await open();
    const room = await ann.rooms.create({ encrypted: true });
    const platform = vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
    try {
      const data = new Uint8Array(3 * mebibyte + 5).fill(4);
      const event = await sent(room, await room.send.file(new Blob([data])));
      expect(platform).toHaveBeenCalled();
      const { stream } = await event.stream();
      expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(data);
      await expect(room.send.file("/a/path")).rejects.toMatchObject({ code: "BAD_FILE" });
    } finally {
      platform.mockRestore();
    }
  });

  it("fails at its end where it was changed, breaks off, or cannot be read", async () => {
    await using ann = await open();
    const room = await ann.rooms.create({ encrypted: true });
    const event = await sent(room, await room.send.file({ data: new Uint8Array(100_000).fill(1), name: "a" }));
    const consume = async (): Promise<void> => {
      for await (const chunk of (await event.stream()).stream) expect(chunk.length).toBeGreaterThan(0);
    };
    await consume();
    fault = (asked) => (asked.includes("/download/") ? new Response(new Uint8Array(100_000)) : undefined);
    await expect(consume()).rejects.toMatchObject({ code: "BAD_FILE" });
    const broken = (): ReadableStream<Uint8Array> => {
      let isFirst = true;
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          if (!isFirst) controller.error(new Error("reset"));
          else controller.enqueue(new Uint8Array(10));
          isFirst = false;
        },
      });
    };
    fault = (asked) => (asked.includes("/download/") ? new Response(broken()) : undefined);
    await expect(consume()).rejects.toMatchObject({ code: "NETWORK_ERROR" });
    await expect(event.download()).rejects.toMatchObject({ code: "NETWORK_ERROR" });
    fault = (asked) => (asked.includes("/download/") ? Response.json({ errcode: "M_NOT_FOUND", error: "no" }, { status: 404 }) : undefined);
    await expect(event.stream()).rejects.toMatchObject({ errcode: "M_NOT_FOUND" });
    fault = undefined;
    const unreadable = { data: broken(), name: "a" };
    await expect(room.send.file(unreadable)).rejects.toMatchObject({ code: "BAD_FILE" });
    await expect(room.send.file(join(folder, "missing"))).rejects.toMatchObject({ code: "BAD_FILE" });
  });
});
