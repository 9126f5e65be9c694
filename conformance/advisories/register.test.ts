import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { owed } from "./owed.ts";

const ROWS = 99;

it("every advisory is tested or owed, and none is both", () => {
  const folder = new URL(".", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  const texts = files.map((name) => readFileSync(new URL(name, folder), "utf8"));
  const tested = texts.flatMap((text) => [...text.matchAll(/^\s*advisory\(\s*(\d+),/gm)].map(([, row]) => Number(row)));
  const unpaid = owed.flatMap(({ rows }) => rows);
  console.log(`advisories: ${tested.length} tested, ${unpaid.length} owed`);
  for (const { rows, issue, feature } of owed) console.log(`  owed by issue ${issue} (${feature}): ${rows.join(", ")}`);
  expect([...tested, ...unpaid].toSorted((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, i) => i + 1));
});
