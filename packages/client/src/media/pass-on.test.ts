import { expect, it } from "vitest";
import { passOn } from "./pass-on.ts";

/** A stream of numbers without an end, and what became of it. */
function endless(): { stream: ReadableStream<Uint8Array>; seen: { read: number; cancelled: unknown } } {
  const seen = { read: 0, cancelled: undefined as unknown };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => controller.enqueue(new Uint8Array([seen.read++])),
      cancel: (reason) => void (seen.cancelled = reason),
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

it("is read as fast as it is taken, tells of each piece, and can be cancelled", async () => {
  const { stream, seen } = endless();
  const told: number[] = [];
  const reader = passOn(stream, { onChunk: ([first]) => told.push(first ?? -1) }).getReader();
  expect(seen.read).toBe(0);
  await reader.read();
  await reader.read();
  expect([seen.read, told]).toEqual([2, [0, 1]]);
  await reader.cancel("enough");
  expect(seen.cancelled).toBe("enough");
});

it("lets go of what it comes from at once when it is called off, whether or not anybody reads", async () => {
  for (const before of [true, false]) {
    const { stream, seen } = endless();
    const stop = new AbortController();
    if (before) stop.abort("off");
    const passed = passOn(stream, { signal: stop.signal });
    stop.abort("off");
    await expect.poll(() => seen.cancelled).toBe("off");
    await expect(passed.getReader().read()).rejects.toBe("off");
  }
});

it("fails as it is explained", async () => {
  const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error("the disk") });
  await expect(
    passOn(broken, { explain: (error) => `because of ${String(error)}` })
      .getReader()
      .read(),
  ).rejects.toBe("because of the disk");
});
