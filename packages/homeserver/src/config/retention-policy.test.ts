import { expect, it } from "vitest";
import { parseConfig } from "./load-config.ts";
import { retentionPolicy } from "./retention-policy.ts";

it("is read from a configuration, with units or without", () => {
  const retention = { enabled: true, default_policy: { max_lifetime: "30d" }, allowed_lifetime_min: 1_000, allowed_lifetime_max: "1y" };
  expect(retentionPolicy(parseConfig({ retention }).retention)).toEqual({
    defaultMs: 2_592_000_000,
    leastMs: 1_000,
    mostMs: 31_536_000_000,
  });
  expect(retentionPolicy(parseConfig({ retention: { enabled: true } }).retention)).toEqual({
    defaultMs: undefined,
    leastMs: 0,
    mostMs: Number.POSITIVE_INFINITY,
  });
  expect(retentionPolicy(parseConfig({}).retention)).toBeUndefined();
});

it.each([
  [{ default_policy: { max_lifetime: "30 days" } }, "retention.default_policy.max_lifetime"],
  [{ allowed_lifetime_min: 0 }, "retention.allowed_lifetime_min"],
  [{ allowed_lifetime_min: "1y", allowed_lifetime_max: "1d" }, "expected allowed_lifetime_min to be at most allowed_lifetime_max"],
  [{ default_policy: { min_lifetime: "2d", max_lifetime: "1d" } }, "expected min_lifetime to be at most max_lifetime"],
])("is refused as %j, with the key and the rule", (retention, message) => {
  expect(() => parseConfig({ retention })).toThrow(message);
});
