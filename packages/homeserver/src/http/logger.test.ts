import { afterEach, describe, expect, it, vi } from "vitest";
import { createLogger, logLevels, type LoggerOptions, silentLogger } from "./logger.ts";

afterEach(() => void vi.restoreAllMocks());

/** What a logger writes of one line of each level. */
function written(options: LoggerOptions, fields?: Readonly<Record<string, unknown>>): string[] {
  const lines: string[] = [];
  const logger = createLogger({ ...options, write: (line) => void lines.push(line) });
  for (const level of logLevels) logger[level](`a ${level}`, fields);
  return lines;
}

describe("a logger", () => {
  it("writes one JSON object a line: time, level, message and fields", () => {
    const [line = "", ...more] = written({ level: "error" }, { n: 1, text: "a\nb" });
    expect([line.endsWith("}\n"), line.trimEnd().includes("\n"), more]).toEqual([true, false, []]);
    const { time, ...rest } = JSON.parse(line) as { readonly time: string };
    expect(rest).toEqual({ level: "error", message: "a error", n: 1, text: "a\nb" });
    expect(new Date(time).toISOString()).toBe(time);
  });

  it.each([
    ["debug", ["debug", "info", "warn", "error"]],
    ["info", ["info", "warn", "error"]],
    ["warn", ["warn", "error"]],
    ["error", ["error"]],
  ] as const)("that is told %s writes what matters at least as much", (level, expected) => {
    expect(written({ level }).map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(expected);
  });

  it("writes for people the time of day, level and message, and fields as name=value", () => {
    const fields = { text: "a b", n: 1, list: [1, "x"], nothing: null };
    const lines = written({ format: "pretty", level: "warn" }, fields);
    expect(lines.every((line) => /^\d\d:\d\d:\d\d /.test(line))).toBe(true);
    const end = ' text=a b n=1 list=[1,"x"] nothing=null\n';
    expect(lines.map((line) => line.slice(9))).toEqual([`warn  a warn${end}`, `error a error${end}`]);
  });

  it("writes errors with their stack, which JSON would leave out", () => {
    const error = new Error("broken");
    const [line = ""] = written({ level: "error" }, { error });
    expect(JSON.parse(line)).toMatchObject({ error: error.stack });
    const bare = Object.assign(new Error("without a stack"), { stack: undefined });
    expect(written({ level: "error", format: "pretty" }, { error: bare })[0]).toContain(" error=without a stack\n");
  });

  it("writes JSON from level info on to stderr, unless told otherwise; the silent one writes nothing", () => {
    const lines: unknown[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(line) > 0);
    for (const logger of [createLogger(), silentLogger]) for (const level of logLevels) logger[level](level);
    expect(lines.map((line) => (JSON.parse(String(line)) as { level: string }).level)).toEqual(["info", "warn", "error"]);
  });
});
