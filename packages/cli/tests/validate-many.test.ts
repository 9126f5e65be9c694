import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

const good = {
  type: "m.room.topic",
  state_key: "",
  event_id: "$1",
  sender: "@a:x",
  origin_server_ts: 1,
  room_id: "!a:x",
  content: { topic: "t" },
};
const bad = { ...good, content: { topic: 1 } };
const text = (value: unknown): string => `${JSON.stringify(value)}\n`;
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patrix-validate-"));
  mkdirSync(join(folder, "in", "deeper"), { recursive: true });
  writeFileSync(join(folder, "in", "a.json"), text(good));
  writeFileSync(join(folder, "in", "deeper", "b.json"), text(bad));
  writeFileSync(join(folder, "in", "notes.txt"), "not looked at");
  writeFileSync(join(folder, "lines.ndjson"), text(good) + "\n" + text(bad) + "{\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const parsed = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const summary = (checked: number, valid: number, invalid: number, failed: number): object => ({
  summary: { checked, valid, invalid, failed },
});

describe("patrix validate of many", () => {
  it("takes files, folders, patterns and lines, and counts them once", async () => {
    const { code, out } = await run(["validate", "--json", join(folder, "in"), join(folder, "*.ndjson"), join(folder, "in/a.json")]);
    expect(code).toBe(1);
    expect(parsed(out)).toMatchObject([
      { name: join(folder, "in/a.json"), valid: true },
      { name: join(folder, "in/deeper/b.json"), valid: false, issues: [{ pointer: "/content/topic" }] },
      { name: join(folder, "lines.ndjson"), line: 1, valid: true },
      { name: join(folder, "lines.ndjson"), line: 3, valid: false },
      { name: join(folder, "lines.ndjson"), line: 4, valid: false, code: "INVALID_INPUT" },
      { name: join(folder, "in/a.json"), valid: true },
      summary(6, 3, 3, 0),
    ]);
    expect((await run(["validate", join(folder, "in")])).out).toMatch(/\n2 checked: 1 valid, 1 invalid, 0 not understood\n$/);
  });

  it("prints JSON and ends with 2 where something cannot be read or is nothing known", async () => {
    const { code, out } = await run(["validate", "--json", join(folder, "gone.json"), join(folder, "*.nothing"), "-"], '{"a":1}');
    expect(code).toBe(2);
    expect(parsed(out)).toMatchObject([{ code: "UNREADABLE_INPUT" }, { code: "UNREADABLE_INPUT" }, { code: "USAGE" }, summary(3, 0, 0, 3)]);
  });

  it("reads a stream of any size line by line", async () => {
    let made = 0;
    const encoder = new TextEncoder();
    const endless = (async function* () {
      const line = encoder.encode(text(good));
      // Lines are cut anywhere.
      for (; made < 20_000; made += 1) {
        yield line.subarray(0, 7);
        yield line.subarray(7);
      }
    })();
    const before = process.memoryUsage.rss();
    const { code, out } = await run(["validate", "--json"], endless);
    expect([code, out.trim().split("\n").length]).toEqual([0, 20_001]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  });

  it("takes a text over several lines for one, and says where text follows it", async () => {
    expect(await run(["validate"], JSON.stringify(good, undefined, 2))).toMatchObject({ code: 0 });
    const { code, err } = await run(["validate"], `${JSON.stringify(good)} x`);
    expect([code, err]).toEqual([
      1,
      `patrix: standard input is not JSON: data follows the JSON value, byte ${JSON.stringify(good).length + 1}\n`,
    ]);
    expect(await run(["validate"], `${text({ ...good, x: 1.5 })}{"a":`)).toMatchObject({
      code: 1,
      err: expect.stringContaining(":2 is not JSON"),
    });
  });

  it("takes deep nesting for invalid", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(await run(["validate"], deep)).toMatchObject({ code: 1, err: "patrix: standard input is nested more than 1000 levels deep\n" });
  });

  it("refuses unlisted values where it is strict, and lets known mistakes pass where it is lenient", async () => {
    const rules = {
      ...good,
      type: "m.room.join_rules",
      content: { join_rule: "publik", allow: [{ type: "m.room_membership", room_id: "!b" }] },
    };
    expect(await run(["validate"], text(rules))).toMatchObject({ code: 0 });
    const { code, out } = await run(["validate", "--strict", "--json"], text(rules));
    expect([code, parsed(out)[0]]).toMatchObject([
      1,
      { issues: [{ pointer: "/content/join_rule", message: expect.stringContaining("public") }] },
    ]);
    expect(await run(["validate", "--strict"], text({ ...rules, content: { join_rule: "public" } }))).toMatchObject({ code: 0 });
    expect(await run(["validate", "--strict", "--as", "createRoom.request"], '{"preset":"privat"}')).toMatchObject({ code: 1 });
    const lax = { ...good, type: "m.room.tombstone", content: { replacement_room: "!b:x" } };
    expect(await run(["validate"], text(lax))).toMatchObject({ code: 1 });
    expect(await run(["validate", "--lenient"], text(lax))).toMatchObject({ code: 0 });
    expect(await run(["validate", "--lenient", "--strict"], text(lax))).toMatchObject({ code: 2 });
  });

  it("colours where FORCE_COLOR wants it, and not where NO_COLOR forbids it", async () => {
    const colours = async (env: Record<string, string>): Promise<boolean> =>
      (await run(["validate"], text(good), env)).out.includes("\u001B[");
    expect(await Promise.all([colours({}), colours({ FORCE_COLOR: "1" }), colours({ FORCE_COLOR: "0" })])).toEqual([false, true, false]);
    expect(await colours({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(true);
  });
});

describe("patrix completion", () => {
  const complete = (script: string, ...words: string[]): string[] => {
    const program = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _patrix; echo "\${COMPREPLY[@]}"`;
    return spawnSync("bash", ["-c", program, "bash", ...words], { encoding: "utf8" })
      .stdout.trim()
      .split(" ");
  };

  it("completes commands, second words and options in bash", async () => {
    const { out } = await run(["completion", "bash"]);
    expect(complete(out, "patrix", "va")).toEqual(["validate"]);
    expect(complete(out, "patrix", "pdu", "")).toContain("inspect");
    expect(complete(out, "patrix", "validate", "--js")).toEqual(["--json"]);
    expect(complete(out, "patrix", "pdu", "inspect", "--room")).toEqual(["--room-version"]);
    expect(complete(out, "patrix", "validate", "--as", "x")).toEqual([""]);
  });

  it.each(["zsh", "fish"])("names every command and option for %s, and refuses other shells", async (shell) => {
    const { out } = await run(["completion", shell]);
    for (const word of ["serve", "print-config", "inspect", "room-version", "completion"]) expect(out).toContain(word);
    expect((await run(["completion", "csh"])).code).toBe(2);
  });
});
