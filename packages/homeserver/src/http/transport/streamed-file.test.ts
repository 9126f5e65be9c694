import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { streamedFile } from "./streamed-file.ts";

it("a file of the disk is answered with its bytes, its size and the headers", async () => {
  const folder = await mkdtemp(join(tmpdir(), "patrix-streamed-"));
  try {
    await writeFile(join(folder, "a"), "cake");
    const reply = streamedFile(join(folder, "a"), 4, { "content-type": "text/plain" });
    expect(reply.head).toEqual({ sizeBytes: 4, headers: { "content-type": "text/plain" } });
    const chunks: Uint8Array[] = [];
    for await (const chunk of reply.open()) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("cake");
  } finally {
    await rm(folder, { recursive: true });
  }
});
