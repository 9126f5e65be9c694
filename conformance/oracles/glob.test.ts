import * as fc from "fast-check";
import { MatrixGlob } from "matrix-bot-sdk/lib/helpers/MatrixGlob.js";
import { describe, expect, test } from "vitest";
import { compileGlob } from "@patrix/push-rules";

/**
 * Differences, all on the side of matrix-bot-sdk 0.8, whose globs are those of shells:
 * - it compares case, so both sides get lower-case ASCII only;
 * - a backslash in the pattern escapes what follows: none are generated;
 * - it makes regular expressions without the `u` flag, so `?` is half of a character beyond the BMP: none are generated.
 */
describe("globs against matrix-bot-sdk", () => {
  test("agree on any pattern and value", () => {
    const characters = ["a", "b", ".", "@", ":", "-", "_", "[", "]", "(", ")", "+", "$", "^", "{", "}", "|", "/", "é"];
    const pattern = fc.string({ unit: fc.constantFrom("*", "?", ...characters), maxLength: 8 });
    const value = fc.string({ unit: fc.constantFrom(...characters), maxLength: 10 });
    // Half of the patterns are made from the value, with wildcards for some of its characters, so that many match.
    const replaced = fc.array(fc.tuple(fc.constantFrom(...characters), fc.constantFrom("same", "same", "?", "*", "**")), { maxLength: 10 });
    const related = replaced.map((steps): [string, string] => [
      steps.map(([character, step]) => (step === "same" ? character : step)).join(""),
      steps.map(([character]) => character).join(""),
    ]);
    let matched = 0;
    fc.assert(
      fc.property(fc.oneof(related, fc.tuple(pattern, value)), ([glob, text]) => {
        const ours = compileGlob(glob)(text);
        matched += Number(ours);
        expect(ours).toBe(new MatrixGlob(glob).test(text));
      }),
      { numRuns: 5000 },
    );
    expect(matched).toBeGreaterThan(1000);
  });
});
