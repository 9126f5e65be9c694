import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "patrix-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function start(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const script = join(import.meta.dirname, "../start.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "-C", "@patrix/source", script, "--once", ...args]);
  const result = { code: -1, out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (result.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (result.err += chunk.toString()));
  [result.code] = (await once(child, "close")) as [number];
  return result;
}

describe("npm start", () => {
  it("lets two accounts talk, validates what they said, and does so again over the same data", async () => {
    const data = join(folder, "data");
    for (let round = 0; round < 2; round++) {
      const { code, out, err } = await start("--port", "0", "--data", data);
      expect(err).toBe("");
      expect(code).toBe(0);
      expect(out).toMatch(/@alice:localhost {2}Hello, bot!\n {2}@echo:localhost {2}You said: Hello, bot!\n/);
      expect(Number(/(\d+) events of the room validated, 0 problems/.exec(out)?.[1])).toBeGreaterThan(8);
      expect(out).toMatch(/http:\/\/127\.0\.0\.1:\d+, user alice, password /);
      expect(out).toMatch(/Chat in the browser: http:\/\/127\.0\.0\.1:\d+\/web\/, user alice/);
    }
  });

  it("says in one line that a port is in use, is none, or that the data folder cannot be written", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? String(address.port) : "";
    for (const [args, why] of [
      [["--port", port, "--data", join(folder, "other")], `port ${port} is in use`],
      [["--port", "none"], "not a port"],
      [["--port", "0", "--data", import.meta.filename], "cannot write to"],
    ] as const) {
      const { code, err } = await start(...args);
      expect(code).toBeGreaterThan(0);
      expect(err).toContain(why);
      expect(err.trim().split("\n")).toHaveLength(1);
    }
    taken.close();
  });
});
