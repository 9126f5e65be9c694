import * as fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodeCanonicalJson } from "./encode-canonical-json.ts";
import { JsonParseError } from "./errors.ts";
import { isCanonicalJson, LENIENT_NUMBERS, parseStrictJson, scanJson } from "./parse-json.ts";

const vectorsUrl = new URL("../../../../shared/spec/vectors/canonical-json.json", import.meta.url);

function issuesOf(text: string | Uint8Array): [string, string, number][] {
  return scanJson(text).issues.map(({ code, pointer, offsetBytes }) => [code, pointer, offsetBytes]);
}

describe("scanJson", () => {
  it.each<[string, [string, string, number][]]>([
    ['{"a": 1.0}', [["FLOAT", "/a", 6]]],
    ["[1e3]", [["EXPONENT", "/0", 1]]],
    ["[1, -0]", [["NEGATIVE_ZERO", "/1", 4]]],
    ["9007199254740992", [["INTEGER_OUT_OF_RANGE", "", 0]]],
    ["-9007199254740992", [["INTEGER_OUT_OF_RANGE", "", 0]]],
    ['{"é":1,"é":2}', [["DUPLICATE_KEY", "/é", 8]]],
    ['{"a":1,"\\u0061":2}', [["DUPLICATE_KEY", "/a", 7]]],
    ['["\\ud800"]', [["LONE_SURROGATE", "/0", 1]]],
    ["1 2", [["TRAILING_DATA", "", 2]]],
    ['{"a/b":[1.5,{"~":-0}]}', [["FLOAT", "/a~1b/0", 8], ["NEGATIVE_ZERO", "/a~1b/1/~0", 17]]], // prettier-ignore
  ])("reports %s", (text, issues) => {
    expect(issuesOf(text)).toEqual(issues);
    expect(scanJson(text).value).not.toBeUndefined();
  });

  it.each([
    "",
    " ",
    "{",
    "[1,]",
    "[,1]",
    '{"a":1,}',
    '{"a"}',
    "{a:1}",
    "01",
    "+1",
    "1.",
    ".5",
    "1e",
    "-",
    "nul",
    "NaN",
    '"a',
    '"\n"',
    '"\\x"',
    '"\\u12g4"',
    "'a'",
    "\ufeff1",
    "[1 2]",
    "\u00a01",
    "}",
  ])("finds no value in %j, as JSON.parse does", (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(scanJson(text).issues.length).toBeGreaterThan(0);
    expect(() => parseStrictJson(text)).toThrow(JsonParseError);
  });

  it("locates invalid UTF-8", () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0xf8]]) {
      expect(issuesOf(Uint8Array.from([0x22, 0xc3, 0xa9, ...bytes, 0x22]))).toEqual([["INVALID_UTF8", "", 3]]);
    }
  });

  it("bounds what it collects", () => {
    const result = scanJson(`[${"1.5,".repeat(1000)}1]`, { maxIssues: 10 });
    expect(result.issues).toHaveLength(10);
    expect(result.value).toHaveLength(1001);
  });

  it("stops at the depth limit instead of overflowing the stack", () => {
    expect(issuesOf("[".repeat(100_000))[0]?.[0]).toBe("TOO_DEEP");
    expect(scanJson('{"a":'.repeat(100_000), { maxDepth: 1e9 }).issues[0]?.code).toBe("TOO_DEEP");
    expect(scanJson("[[1]]", { maxDepth: 2 }).issues).toEqual([]);
    expect(scanJson("[[[]]]", { maxDepth: 2 }).issues[0]?.pointer).toBe("/0/0");
  });

  it("keeps __proto__ as an own property", () => {
    const value = parseStrictJson('{"__proto__":{"polluted":true}}');
    expect(Object.keys(value ?? {})).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(issuesOf('{"__proto__":1,"__proto__":2}')).toEqual([["DUPLICATE_KEY", "/__proto__", 15]]);
    expect(issuesOf('{"constructor":1,"toString":2}')).toEqual([]);
  });

  it("never throws, and agrees with JSON.parse on what is JSON", () => {
    const pieces = fc.constantFrom(
      ...'{}[]:,"\\ \n-+.eE019tfn\u0000é'.split(""),
      "😀",
      "\ud800",
      "true",
      "null",
      '"a"',
      "\\u0041",
      '"a":',
      "1",
      "-0",
    );
    const noise = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces, { maxLength: 20 }).map((list) => list.join("")),
      fc.json(),
    );
    fc.assert(
      fc.property(noise, (text) => {
        const { value, issues } = scanJson(text);
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(issues.length).toBeGreaterThan(0);
          return;
        }
        expect(value).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("never throws on bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(scanJson(bytes).issues).toBeInstanceOf(Array);
      }),
    );
  });
});

describe("parseStrictJson", () => {
  it("throws the first issue with its place", () => {
    let failure: unknown;
    try {
      parseStrictJson('{"a":{"b":[1.5,2.5]}}');
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(JsonParseError);
    expect(failure).toMatchObject({ name: "JsonParseError", code: "FLOAT", pointer: "/a/b/0", offsetBytes: 11 });
  });

  it("can allow what room versions before 6 do, without losing digits", () => {
    const text = '{"a":9223372036854775807,"b":1.5}';
    const value = parseStrictJson(text, { allow: LENIENT_NUMBERS, bigIntegers: true });
    expect(encodeCanonicalJson(value, { strict: false })).toBe(text);
  });

  it("reads white space and bytes", () => {
    expect(parseStrictJson(new TextEncoder().encode(' \t\r\n{ "a" : [ 1 , "é" ] } '))).toEqual({ a: [1, "é"] });
  });
});

describe("isCanonicalJson", () => {
  it.each(["{}", '{"10":1,"9":2}', '"\\u0000"', '{"￮":2,"😀":1}'])("accepts %s", (text) => expect(isCanonicalJson(text)).toBe(true));
  it.each(["{ }", '{"9":1,"10":2}', '"\\u0041"', '"\\/"', "1.0", "-0", '{"a":1,"a":1}', "", '"\\ud800"', '{"😀":1,"￮":2}'])(
    "refuses %s",
    (text) => expect(isCanonicalJson(text)).toBe(false),
  );
  it("refuses bytes that are not UTF-8", () => expect(isCanonicalJson(Uint8Array.of(0xff))).toBe(false));

  it.skipIf(!existsSync(vectorsUrl))("accepts every output of the specification (skipped without ../shared/spec)", () => {
    const { cases }: { cases: { output: string }[] } = JSON.parse(readFileSync(vectorsUrl, "utf8"));
    for (const { output } of cases) expect(isCanonicalJson(output)).toBe(true);
  });
});
