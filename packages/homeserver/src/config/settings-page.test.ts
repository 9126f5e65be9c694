// docs/settings.md has every key, and no other.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { dailyLimitNames } from "../limits.ts";
import { knownKeys, valuePaths } from "./schema.ts";

const page = readFileSync(new URL("../../../../docs/settings.md", import.meta.url), "utf8");

/** The paths that a row names: `a.b`, `.c` is `a.b` and `a.c`. */
function pathsOf(row: string): string[] {
  const names = [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  const [first = ""] = names;
  return names.map((name) => (name.startsWith(".") ? first.slice(0, first.lastIndexOf(".")) + name : name));
}

it("has every key of the configuration, and no other", () => {
  const told = page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap(pathsOf)
    .map((path) => path.replaceAll("[]", ""));
  const isDaily = (path: string): boolean => dailyLimitNames.some((name) => path === `daily_limits.${name}`);
  const known = valuePaths()
    .map((steps) => steps.join("."))
    .map((path) => (isDaily(path) ? "daily_limits.NAME" : path.replace(/^rate_limits\.\w+\.(per_second|burst)$/, "rate_limits.ACTION.$1")));
  expect(new Set(told)).toEqual(new Set(known));
  for (const action of knownKeys(["rate_limits"]).filter((key) => key !== "enabled")) expect(page).toContain(`\`${action}\``);
});
