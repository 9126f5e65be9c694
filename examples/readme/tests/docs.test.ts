import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "patrix-docs-"));
afterAll(() => rmSync(folder, { recursive: true }));
const shim = join(folder, "bin");
mkdirSync(shim);
const node = `"${process.execPath}" --disable-warning=ExperimentalWarning -C @patrix/source`;
writeFileSync(join(shim, "patrix"), `#!/bin/sh\nexec ${node} "${join(root, "packages/cli/src/main.ts")}" "$@"\n`);
chmodSync(join(shim, "patrix"), 0o755);

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(([, code = ""]) => code);
const guides = readdirSync(join(root, "docs/guides")).map((name) => [name, readFileSync(join(root, "docs/guides", name), "utf8")] as const);

/** Runs a TypeScript snippet as if it stood in the root of the workspace, where every package is found. */
function runSnippet(code: string): string {
  const options = ["--disable-warning=ExperimentalWarning", "-C", "@patrix/source", "--input-type=module-typescript", "--eval", code];
  // One that goes on for ever is no sample: what only has to compile is marked as `typescript`.
  return execFileSync(process.execPath, options, { encoding: "utf8", cwd: root, timeout: 50_000 });
}

describe("README.md", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  it("shows the sample file, letter by letter, and fits a screen", () => {
    expect(blocks(readme, "ts")).toEqual([readFileSync(join(root, "examples/readme/src/main.ts"), "utf8")]);
    expect(readme.split("\n").length).toBeLessThanOrEqual(42);
  });

  it("says what the sample prints", () => {
    const printed = runSnippet(blocks(readme, "ts")[0] ?? "");
    const claimed = [...readme.matchAll(/\); \/\/ (.*)$/gm)].map(([, text]) => text);
    expect(printed.trim().split("\n")).toEqual(claimed);
  });
});

describe("guides", () => {
  it.each(guides)("%s: every command works", (name, text) => {
    const cwd = join(folder, name.replace(".md", ""));
    mkdirSync(cwd);
    const env = { ...process.env, PATH: `${shim}:${process.env["PATH"] ?? ""}` };
    for (const block of blocks(text, "sh")) execFileSync("bash", ["-euo", "pipefail", "-c", block], { cwd, env, stdio: "pipe" });
    expect(text).toMatch(/^# /);
  });

  it.each(guides.flatMap(([name, text]) => blocks(text, "ts").map((code) => [name, code] as const)))(
    "%s: a snippet prints what it says",
    (_, code) => {
      const printed = runSnippet(code);
      for (const [, claim = ""] of code.matchAll(/\); \/\/ (.*)$/gm)) {
        for (const part of claim.split(", ")) expect(printed).toContain(part);
      }
    },
  );
});

describe("examples of servers", () => {
  it.each(["application-service", "identity-server", "push-gateway"])("%s has at most 40 lines, as READMEs say", (name) => {
    const text = readFileSync(join(root, "examples", name, "src/main.ts"), "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  });
});
