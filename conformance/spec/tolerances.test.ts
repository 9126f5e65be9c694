import { existsSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { behaviourTolerances } from "./behaviour-tolerances.ts";
import { payloadTolerances } from "./tolerances.ts";

const root = new URL("../../", import.meta.url);
const owed = behaviourTolerances.filter(({ home }) => home === undefined);

describe("what the words of the specification have readers take", () => {
  it.each(payloadTolerances)("$place: $words: $payload", ({ model, payload, means }) => {
    const before = structuredClone(payload);
    const result = model.safeParse(payload);
    expect(result).toMatchObject({ ok: true });
    expect(result.ok && result.value).toEqual(means ?? payload);
    expect(result.ok && result.value === payload).toBe(means === undefined || model.is(payload));
    expect(result.ok && model.is(result.value)).toBe(true);
    expect(model.safeParse(payload, { mode: "lenient" })).toEqual(result);
    expect(payload).toEqual(before);
  });
});

describe("what the words of the specification say of behaviour", () => {
  it.each(behaviourTolerances)("$place: $words", ({ home }) => {
    if (home !== undefined) expect(existsSync(new URL(home, root)), home).toBe(true);
  });

  afterAll(() => {
    console.info(
      `tolerances stated in words: ${payloadTolerances.length} payloads tested, ${behaviourTolerances.length - owed.length} of behaviour named, ${owed.length} owed`,
    );
    for (const { place, words } of owed) console.info(`  owed: ${place}: ${words}`);
  });
});
