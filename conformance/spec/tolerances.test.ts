import { afterAll, describe, expect, it } from "vitest";
import { behaviourTolerances } from "./behaviour-tolerances.ts";
import { owedTolerances } from "./behaviour/owed-tolerances.ts";
import { payloadTolerances } from "./tolerances.ts";

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
  it.each(behaviourTolerances.map(({ place, words, holds }) => [`${place}: ${words}`, holds] as const))("%s", (_, holds) => holds());

  afterAll(() => {
    console.info(
      `tolerances stated in words: ${payloadTolerances.length} payloads and ${behaviourTolerances.length} of behaviour tested, ${owedTolerances.length} owed`,
    );
    for (const { place, words, owed } of owedTolerances) console.info(`  owed by ${owed}: ${place}: ${words}`);
  });
});
