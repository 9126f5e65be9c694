import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** Prints how large the young generation has become, in MiB, over a heap in which much lives for a while. */
const script = `
import { getHeapSpaceStatistics } from "node:v8";
const { boundMemory } = await import(process.argv[1]);
if (process.argv[2] === "bounded") boundMemory();
const kept = new Array(40_000);
let young = 0;
for (let round = 0; round < 100; round++) {
  for (let i = 0; i < 10_000; i++) kept[(round * 10_000 + i * 7919) % kept.length] = { i, text: "x".repeat(100) + i, list: [i, round] };
  await new Promise((resolve) => setImmediate(resolve));
  young = Math.max(young, getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size);
}
console.log(young / 1024 / 1024);
`;

function youngMiB(...args: readonly string[]): number {
  const module = fileURLToPath(new URL("bound-memory.ts", import.meta.url));
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script, module, ...args], { encoding: "utf8" });
  return Number(stdout);
}

it("stops the young generation, which would go on growing", () => {
  expect(youngMiB()).toBeGreaterThan(64);
  const bounded = youngMiB("bounded");
  expect(bounded).toBeGreaterThan(0);
  expect(bounded).toBeLessThanOrEqual(64);
});
