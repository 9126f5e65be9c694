// Nothing that a peer sends is lost: unknown members, unknown values of enums and integers up to 2^53 − 1 come out as they went in.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValidationError } from "@patrix/api";
import { allModels } from "./all-models.ts";
import { schemaValues } from "./schema-values.ts";

describe("every model", () => {
  it("is among those that are checked here", () => {
    expect(allModels.length).toBeGreaterThanOrEqual(370);
  });

  it.each(allModels)("$name gives back what it takes", ({ model, schema }) => {
    fc.assert(
      fc.property(schemaValues(schema), (value) => {
        const text = JSON.stringify(value);
        const received: unknown = JSON.parse(text);
        const parsed = model.parse(received);
        expect(parsed).toBe(received);
        expect(JSON.stringify(parsed)).toBe(text);
        const result = model.safeParse(received, { mode: "lenient" });
        expect(result.ok && result.repairs.length === 0 && result.value).toBe(received);
      }),
      { numRuns: 12 },
    );
  });

  it.each(allModels)("$name throws nothing but ValidationError, in either mode", ({ model }) => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), (value) => {
        for (const mode of ["strict", "lenient"] as const) {
          try {
            model.parse(value, { mode });
          } catch (error) {
            expect(error).toBeInstanceOf(ValidationError);
          }
        }
      }),
      { numRuns: 12 },
    );
  });
});
