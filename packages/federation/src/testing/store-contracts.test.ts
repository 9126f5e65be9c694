import { describe, expect, it } from "vitest";
import { MemoryBackoffStore } from "../client/backoff-store.ts";
import { MemoryKeyStore } from "../keys/key-store.ts";
import { backoffStoreContract, keyStoreContract } from "./store-contracts.ts";

describe("MemoryKeyStore", () => {
  it.each(keyStoreContract)("$title", ({ check }) => check(new MemoryKeyStore()));
});

describe("MemoryBackoffStore", () => {
  it.each(backoffStoreContract)("$title", ({ check }) => check(new MemoryBackoffStore()));
});

it("finds a store at fault", async () => {
  const forgetful = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
  const outcomes = await Promise.allSettled([...keyStoreContract, ...backoffStoreContract].map(({ check }) => check(forgetful)));
  expect(outcomes.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(3);
});
