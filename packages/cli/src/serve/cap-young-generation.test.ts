import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const script = `
import { getHeapSpaceStatistics } from "node:v8";
const { capYoungGeneration } = await import(process.argv[1]);
if (process.argv[2] === "capped") capYoungGeneration();
const kept = new Map();
for (let round = 0; round < 300; round++) {
  for (let i = 0; i < 20000; i++) kept.set(i, { i, text: "x".repeat(20) + round });
  await new Promise((resolve) => setImmediate(resolve));
}
console.log(getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size / 1024 / 1024);
`;

function youngMiB(...args: readonly string[]): number {
  const module = fileURLToPath(new URL("cap-young-generation.ts", import.meta.url));
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script, module, ...args], { encoding: "utf8" });
  return Number(stdout);
}

it("stops the young generation at 32 MiB, where it would go on to 128", () => {
  expect(youngMiB()).toBeGreaterThan(64);
  expect(youngMiB("capped")).toBeLessThanOrEqual(64);
});
