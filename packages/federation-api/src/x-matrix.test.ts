import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { XMatrixError } from "./errors.ts";
import { formatXMatrix, MAX_X_MATRIX_LENGTH, parseXMatrix } from "./x-matrix.ts";

const vectors = new URL("../../../../shared/spec/vectors/http-headers.json", import.meta.url);

interface Case {
  header: string;
  origin: string;
  destination: string | null;
  key: string;
  sig: string;
}

describe.skipIf(!existsSync(vectors))("X-Matrix headers of the specification (needs ../shared/spec)", () => {
  const cases = existsSync(vectors) ? (JSON.parse(readFileSync(vectors, "utf8")) as { xMatrix: { cases: Case[] } }).xMatrix.cases : [];
  it.each(cases)("reads $header", ({ header, origin, destination, key, sig }) => {
    expect(parseXMatrix(header)).toEqual(destination === null ? { origin, key, sig } : { origin, destination, key, sig });
  });
});

describe("parseXMatrix", () => {
  const valid = 'X-Matrix origin="a.org",destination="b.org",key="ed25519:1",sig="ABC"';

  it.each([
    ["another scheme", "Bearer abc"],
    ["the scheme alone", "X-Matrix"],
    ["no space after the scheme", 'X-Matrixorigin="a.org"'],
    ["a missing origin", 'X-Matrix key="ed25519:1",sig="ABC"'],
    ["a missing key", 'X-Matrix origin="a.org",sig="ABC"'],
    ["a missing signature", 'X-Matrix origin="a.org",key="ed25519:1"'],
    ["an empty origin", 'X-Matrix origin="",key="ed25519:1",sig="ABC"'],
    ["a repeated parameter", `${valid},origin="c.org"`],
    ["a repeated parameter in another case", `${valid},ORIGIN="c.org"`],
    ["an open quote", 'X-Matrix origin="a.org'],
    ["a backslash at the end", 'X-Matrix origin="a.org\\'],
    ["a name without a value", "X-Matrix origin"],
    ["two values without a comma", 'X-Matrix origin="a.org" key="ed25519:1",sig="ABC"'],
    ["too many characters", `${valid},extra="${"x".repeat(MAX_X_MATRIX_LENGTH)}"`],
  ])("refuses %s", (_, header) => {
    expect(() => parseXMatrix(header)).toThrow(XMatrixError);
  });

  it.each([
    ["white space around the equals sign", 'X-Matrix origin = "a.org",destination\t=b.org,key= "ed25519:1",sig ="ABC"'],
    ["empty elements at the end", `${valid},`],
    ["several empty elements at the end", `${valid} , ,\t,`],
    ["empty elements at the start", valid.replace(" ", " ,, ,")],
    ["empty elements in between", valid.replaceAll(",", " ,, , ")],
  ])("takes %s, as RFC 9110 has recipients do", (_, header) => {
    expect(parseXMatrix(header)).toEqual({ origin: "a.org", destination: "b.org", key: "ed25519:1", sig: "ABC" });
  });

  it("throws nothing but its own error, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("origin=", "key=", "sig=", '"', "=", ",", "\\", " ", "\t", "a", ":")).map((parts) => parts.join("")),
        (rest) => {
          try {
            parseXMatrix(`X-Matrix ${rest}`);
          } catch (error) {
            expect(error).toBeInstanceOf(XMatrixError);
          }
        },
      ),
    );
  });
});

describe("formatXMatrix", () => {
  const text = fc.stringMatching(/^[!#-[\]-~]{1,64}$/);

  it("writes what parseXMatrix reads", () => {
    fc.assert(
      fc.property(fc.record({ origin: text, destination: text, key: text, sig: text }), (parameters) => {
        expect(parseXMatrix(formatXMatrix(parameters))).toEqual(parameters);
      }),
    );
  });

  it.each(['a"b', "a\\b", "a\nb", "", "a b"])("refuses the value %j, which could say something else in a header", (origin) => {
    expect(() => formatXMatrix({ origin, key: "ed25519:1", sig: "ABC" })).toThrow(XMatrixError);
  });
});
