import { describe, expect, it } from "vitest";
import { limitedBody } from "./limited-body.ts";
import { readBytes } from "./read-body.ts";

const read = (stream: ReadableStream<Uint8Array>): Promise<string> => new Response(stream).text();
const never = (): Response => new Response(new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) }));

describe("a body", () => {
  it("is read up to a number of bytes, as a whole and piece by piece", async () => {
    const tooLarge = { code: "RESPONSE_TOO_LARGE" };
    expect(new TextDecoder().decode(await readBytes(new Response("text"), 4))).toBe("text");
    await expect(readBytes(new Response("text"), 3)).rejects.toMatchObject(tooLarge);
    const chunks: number[] = [];
    expect(await read(limitedBody(new Response("text"), { maxBytes: 4, onChunk: (bytes) => chunks.push(bytes) }))).toBe("text");
    expect(chunks).toEqual([4]);
    await expect(read(limitedBody(new Response("text"), { maxBytes: 3 }))).rejects.toMatchObject(tooLarge);
    expect(await read(limitedBody(new Response(null), { maxBytes: 0 }))).toBe("");
  });

  it("is not waited for where nothing comes, or it is called off", async () => {
    await expect(read(limitedBody(never(), { maxBytes: 1, idleTimeoutMs: 5 }))).rejects.toMatchObject({ code: "TIMEOUT" });
    const stop = new AbortController();
    const reading = read(limitedBody(never(), { maxBytes: 1, signal: stop.signal }));
    stop.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
  });
});
