// Compiled models judge, explain and repair like the ones that are not compiled.
import "@patrix/api/compile";
import { explainIssue } from "@patrix/api";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { allModels } from "./all-models.ts";
import { schemaValues } from "./schema-values.ts";

describe("compiled models", () => {
  it.each(allModels)("$name agrees with its schema", ({ model, schema }) => {
    // Most of the values match; one member of the others is of another kind.
    const broken = fc.tuple(schemaValues(schema), fc.nat(), fc.jsonValue({ maxDepth: 1 })).map(([value, place, other]) => {
      const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
      const key = keys[place % keys.length];
      return key === undefined ? other : { ...(value as object), [key]: other };
    });
    fc.assert(
      fc.property(fc.oneof(schemaValues(schema), broken), (value) => {
        const plain = z.safeParse(model.schema, value);
        const compiled = model.safeParse(value);
        expect(model.is(value)).toBe(plain.success);
        // What the words of the specification have readers accept is accepted though the schema refuses it.
        expect(compiled.ok).toBe(plain.success || (compiled.ok && compiled.repairs.length > 0));
        if (!compiled.ok && !plain.success) {
          const all = plain.error.issues.flatMap((issue) => explainIssue(issue, value));
          expect(all).toEqual(expect.arrayContaining(compiled.issues as unknown[]));
        }
        const lenient = model.safeParse(value, { mode: "lenient" });
        if (compiled.ok) expect(lenient).toEqual(compiled);
        if (lenient.ok && lenient.repairs.every(({ rule }) => rule !== "arbitrary-length-ids")) expect(model.is(lenient.value)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });
});
