import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FileLike } from "./file-like.ts";
import { openFile } from "./open-file.ts";

const data = new TextEncoder().encode("text");
const blob = (type = ""): Blob => new Blob([data], { type });
const badFile = expect.objectContaining({ name: "ClientError", code: "BAD_FILE" }) as Error;

/** What is read of a file, and what is known of it. */
async function loadFile(file: FileLike | Blob | string): Promise<{ bytes: Uint8Array; name: string; type: string }> {
  const { name, type, open } = await openFile(file);
  return { bytes: new Uint8Array(await new Response(await open()).arrayBuffer()), name, type };
}

describe("a file", () => {
  it("is read from bytes, a blob or a stream", async () => {
    const stream = (): ReadableStream<Uint8Array> => new Blob([data]).stream();
    for (const each of [data, blob(), stream()]) expect((await loadFile({ data: each, name: "a.txt" })).bytes).toEqual(data);
    // What is given may be changed later.
    const given = new Uint8Array(data);
    const opened = await openFile({ data: given, name: "a.txt" });
    given.fill(0);
    expect(new Uint8Array(await new Response(await opened.open()).arrayBuffer())).toEqual(data);
  });

  it("is read from a path, and named by its last step", async () => {
    const folder = await mkdtemp(join(tmpdir(), "patrix-file-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "cake.PNG"), data);
    expect(await loadFile(join(folder, "cake.PNG"))).toEqual({ bytes: data, name: "cake.PNG", type: "image/png" });
    await expect(loadFile(join(folder, "missing.png"))).rejects.toEqual(badFile);
  });

  it("has the name of a file that a browser gives, and one of its own otherwise", async () => {
    expect(await loadFile(new File([data], "a.mp4"))).toEqual({ bytes: data, name: "a.mp4", type: "video/mp4" });
    expect(await loadFile(blob())).toEqual({ bytes: data, name: "file", type: "application/octet-stream" });
  });

  it("has the type that is given, that of the blob, or what its name says", async () => {
    const typeOf = async (file: FileLike | Blob): Promise<string> => (await loadFile(file)).type;
    expect([await typeOf(new File([data], "a.png", { type: "text/x" })), await typeOf(blob("text/x"))]).toEqual(["text/x", "text/x"]);
    expect(await typeOf({ data: blob("text/x"), name: "a.png" })).toBe("text/x");
    expect(await typeOf({ data: blob("text/x"), name: "a.png", type: "text/y" })).toBe("text/y");
    expect(await typeOf({ data: blob(), name: "a.png" })).toBe("image/png");
  });

  it.each([
    ["a.jpeg", "image/jpeg"],
    ["a.b.TXT", "text/plain"],
    ["a", "application/octet-stream"],
    ["a.", "application/octet-stream"],
    ["a.unknown", "application/octet-stream"],
    ["a.constructor", "application/octet-stream"],
  ])("named %s is of the type %s", async (name, type) => {
    expect((await loadFile({ data, name })).type).toBe(type);
  });

  it("is read again for another try, but for a stream that is long, or may be", async () => {
    const folder = await mkdtemp(join(tmpdir(), "patrix-file-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "a.txt"), data);
    const stream = (): ReadableStream<Uint8Array> => new Blob([data]).stream();
    const read = async (file: Awaited<ReturnType<typeof openFile>>): Promise<string> => new Response(await file.open()).text();
    for (const file of [join(folder, "a.txt"), blob(), { data, name: "a" }, { data: stream(), name: "a", size: 4 }]) {
      const opened = await openFile(file);
      expect([opened.isRepeatable, opened.size, await read(opened), await read(opened)]).toEqual([true, 4, "text", "text"]);
    }
    for (const size of [undefined, 17 * 1024 * 1024]) {
      const once = await openFile({ data: stream(), name: "a", size });
      expect([once.isRepeatable, once.size, await read(once)]).toEqual([false, size, "text"]);
      await expect(once.open()).rejects.toEqual(badFile);
    }
  });

  it("is not a folder", async () => {
    await expect(openFile(tmpdir())).rejects.toEqual(badFile);
  });

  it("that breaks while it is read is refused", async () => {
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("the disk fails")) });
    await expect(loadFile({ data: broken, name: "a.txt" })).rejects.toEqual(badFile);
  });
});
