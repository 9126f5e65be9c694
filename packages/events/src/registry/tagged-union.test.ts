import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { taggedUnion } from "./tagged-union.ts";

interface Tagged {
  readonly kind?: unknown;
}
const one: z.ZodMiniType<Tagged> = z.object({ kind: z.literal("one"), size: z.number() });
const custom: z.ZodMiniType<Tagged> = z.looseObject({ kind: z.string() });
const union = taggedUnion<Tagged>("kind", { one }, custom);

describe("taggedUnion", () => {
  it("takes the member that the field names, and the fallback for any other text", () => {
    expect([z.safeParse(union, { kind: "one", size: 1 }).success, z.safeParse(union, { kind: "one" }).success]).toEqual([true, false]);
    expect(z.safeParse(union, { kind: "toString" }).success).toBe(true);
  });

  it("refuses a field that is no text, also one that cannot become text", () => {
    for (const kind of [{ toString: 1 }, { constructor: { prototype: {} }, toString: null }, ["one"], null, 1])
      expect(z.safeParse(union, { kind, size: 1 }).success).toBe(false);
  });
});
