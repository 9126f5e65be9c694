import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** Prints how large the young generation and the old one have become, in MiB, over a heap in which much lives for a while. */
const script = `
import { getHeapSpaceStatistics } from "node:v8";
const { boundMemory } = await import(process.argv[1]);
if (process.argv[2] === "bounded") boundMemory();
const sizeOf = (name) => getHeapSpaceStatistics().find((space) => space.space_name === name).space_size / 1024 / 1024;
const kept = new Array(40_000);
let [young, old] = [0, 0];
for (let round = 0; round < 100; round++) {
  for (let i = 0; i < 10_000; i++) kept[(round * 10_000 + i * 7919) % kept.length] = { i, text: "x".repeat(100) + i, list: [i, round] };
  await new Promise((resolve) => setImmediate(resolve));
  [young, old] = [Math.max(young, sizeOf("new_space")), Math.max(old, sizeOf("old_space"))];
}
console.log(JSON.stringify([young, old]));
`;

function heapMiB(...args: readonly string[]): [young: number, old: number] {
  const module = fileURLToPath(new URL("bound-memory.ts", import.meta.url));
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script, module, ...args], { encoding: "utf8" });
  return JSON.parse(stdout) as [number, number];
}

it("stops the young generation, and has the old one collected earlier", () => {
  const [young, old] = heapMiB();
  const [boundedYoung, boundedOld] = heapMiB("bounded");
  expect(young).toBeGreaterThan(64);
  expect(boundedYoung).toBeLessThanOrEqual(64);
  expect(boundedOld).toBeLessThan(old);
});
