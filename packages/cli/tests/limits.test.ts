import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { run } from "./run.ts";

it("prints every limit, for people and for programs", async () => {
  const { out } = await run(["limits"]);
  expect(out).toMatch(/^devices: 300 devices of a user \(M_TOO_LARGE\)$/m);
  expect(out).toMatch(/^login: 1 a second, 20 at once \(M_LIMIT_EXCEEDED\)$/m);
  const table = JSON.parse((await run(["limits", "--json"])).out) as { limits: { name: string }[]; rates: { action: string }[] };
  expect(out.trim().split("\n")).toHaveLength(table.limits.length + table.rates.length);
  console.log(`limits: ${table.limits.length} rows, rates: ${table.rates.length} rows`);
});

it("wrote docs/limits.md as it is", async () => {
  const page = readFileSync(new URL("../../../docs/limits.md", import.meta.url), "utf8");
  expect((await run(["limits", "--markdown"])).out).toBe(page);
});
