import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDuration } from "./arg-values.ts";
import { formatUsage, parseArgs, parseArgsSpec } from "./args-spec.ts";
import { BotError } from "./errors.ts";

const remind = parseArgsSpec("<when:duration> [who:user] <...text>");

describe("specs of arguments", () => {
  it("reads rooms by ID, alias and link, and nothing else as one", () => {
    const where = parseArgsSpec("<where:room>");
    const read = (line: string): unknown => {
      const parsed = parseArgs(where, line);
      return parsed.ok ? parsed.args["where"] : undefined;
    };
    const texts = ["#tea:example.org", "!abc:example.org", "https://matrix.to/#/%23tea:example.org", "@ann:example.org", "tea"];
    expect(texts.map(read)).toEqual(["#tea:example.org", "!abc:example.org", "#tea:example.org", undefined, undefined]);
  });

  it("reads names, types, options and the rest", () => {
    expect(remind).toEqual([
      { name: "when", type: "duration", optional: false, rest: false },
      { name: "who", type: "user", optional: true, rest: false },
      { name: "text", type: "string", optional: false, rest: true },
    ]);
    expect(formatUsage("remind", remind)).toBe("remind <when: duration> [who: user] <text…>");
    expect(parseArgsSpec("")).toEqual([]);
  });

  it.each(["<a", "a", "<a:colour>", "<...a> <b>", "<a> <a>", "<...n:int>", "<__proto__>", "<a b>"])("refuses %j", (spec) => {
    expect(() => parseArgsSpec(spec)).toThrow(BotError);
  });
});

describe("arguments", () => {
  it("takes an optional argument where it fits, and skips it where it does not", () => {
    expect(parseArgs(remind, " 5m @bob:example.org drink tea ")).toEqual({
      ok: true,
      args: { when: 300_000, who: "@bob:example.org", text: "drink tea" },
    });
    expect(parseArgs(remind, "1h30m drink tea")).toEqual({ ok: true, args: { when: 5_400_000, who: undefined, text: "drink tea" } });
    expect(parseArgs(remind, "1d https://matrix.to/#/@bob:example.org hi")).toMatchObject({ ok: true, args: { who: "@bob:example.org" } });
  });

  it("says what is wrong", () => {
    expect(parseArgs(remind, "")).toEqual({ ok: false, problem: "when is missing" });
    expect(parseArgs(remind, "soon tea")).toEqual({ ok: false, problem: "when is no duration" });
    expect(parseArgs(remind, "5m")).toEqual({ ok: false, problem: "text is missing" });
    expect(parseArgs(parseArgsSpec("[n:int]"), "x")).toEqual({ ok: false, problem: "n is no int" });
    expect(parseArgs(parseArgsSpec("<n:int>"), "1 2")).toEqual({ ok: false, problem: "there is more than the command takes" });
  });

  it("takes words in quotes as one", () => {
    expect(parseArgs(parseArgsSpec("<a> <b>"), '"two words" x"y')).toEqual({ ok: true, args: { a: "two words", b: 'x"y' } });
  });

  it("never throws, and gives every argument of the spec when it succeeds", () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const parsed = parseArgs(remind, line);
        return !parsed.ok || Object.keys(parsed.args).join() === "when,who,text";
      }),
    );
  });
});

describe("yes and no", () => {
  it.each([
    ["true", true],
    ["Yes", true],
    ["on", true],
    ["false", false],
    ["no", false],
    ["OFF", false],
  ])("are read from %s", (text, value) => expect(parseArgs(parseArgsSpec("<b:bool>"), text)).toEqual({ ok: true, args: { b: value } }));

  it.each(["maybe", "1", "toString"])("are not read from %s", (text) =>
    expect(parseArgs(parseArgsSpec("<b:bool>"), text)).toEqual({ ok: false, problem: "b is no bool" }),
  );
});

describe("durations", () => {
  it.each([
    ["500ms", 500],
    ["1.5h", 5_400_000],
    ["1w2d", 777_600_000],
  ])("reads %s", (text, ms) => expect(readDuration(text)).toBe(ms));

  it.each(["", "5", "m5", "5m1h", "5m5m", "1e9s", "-5m", "999999999999w"])("refuses %j", (text) => {
    expect(readDuration(text)).toBeUndefined();
  });
});
