// State resolution here and by Ruma, on the same rooms, in turn: `npm run bench:ruma`. The first build takes minutes.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";
import { median } from "../benchmark.ts";

const flags = ["--disable-warning=ExperimentalWarning", "-C", "@patrix/source"];
const ROUNDS = Number(process.env["ROUNDS"] ?? 11);
const FIRSTS = Number(process.env["FIRSTS"] ?? 10);
const SAMPLE_NS = 50e6;
const WARM_NS = 3e9;

class Resolver {
  readonly #child;
  readonly #lines: AsyncIterator<string>;
  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("a resolver has ended");
    return value as string;
  }
  async ask(request: string): Promise<string> {
    this.#child.stdin.write(`${request}\n`);
    return this.line();
  }
  async [Symbol.asyncDispose]() {
    this.#child.stdin.end();
    await new Promise((resolve) => this.#child.once("close", resolve));
  }
}

const rust = process.env["RUMA"] ?? "";
const start = async (side: string, room: string): Promise<Resolver> => {
  const r = side === "ruma" ? new Resolver(rust, [room]) : new Resolver(process.execPath, [...flags, join(import.meta.dirname, "ours.ts"), room]);
  await r.line();
  return r;
};
const show = (ns: readonly number[]) => `${(median(ns) / 1e6).toFixed(3)} (${(Math.min(...ns) / 1e6).toFixed(3)}–${(Math.max(...ns) / 1e6).toFixed(3)})`;
const rooms = process.env["ROOMS"] ?? "";
for (const name of (process.env["CASES"] ?? "small-11,small-12,members-11,members-12,deep-11,deep-12").split(",")) {
  const room = join(rooms, `${name}.json`);
  if (ROUNDS > 0) {
    await using ruma = await start("ruma", room);
    await using ours = await start("ours", room);
    const states = [];
    for (const r of [ruma, ours]) for (const k of ["known", "whole"]) states.push(JSON.parse(await r.ask(`state ${k}`)).sort());
    if (!states.every((s) => isDeepStrictEqual(s, states[0]))) throw new Error("states differ: " + name);
    const plans = [];
    for (const kind of ["known", "whole"]) for (const [side, r] of [["ruma", ruma], ["ours", ours]] as const) {
      let spent = 0, n = 0, calls = 1;
      while (spent < (side === "ours" ? WARM_NS : WARM_NS / 3)) { const t = Number(await r.ask(`${kind} ${calls}`)); spent += t; n += calls; if (t < SAMPLE_NS) calls *= 2; }
      plans.push({ kind, side, r, calls, ns: [] as number[] });
    }
    for (let round = 0; round < ROUNDS; round++) for (const p of round % 2 ? plans.toReversed() : plans) p.ns.push(Number(await p.r.ask(`${p.kind} ${p.calls}`)) / p.calls);
    for (const p of plans) console.log(name, p.kind, p.side, show(p.ns), "ms x", p.calls);
    for (const kind of ["known", "whole"]) {
      const [a, b] = plans.filter((p) => p.kind === kind);
      console.log(name, kind, "ruma/ours", (median(a!.ns) / median(b!.ns)).toFixed(2));
    }
  }
  if (name.startsWith("members") || process.env["ALLFIRST"]) for (const kind of ["known", "whole"]) {
    const first: Record<string, number[]> = { ruma: [], ours: [] };
    for (let i = 0; i < FIRSTS; i++) for (const side of ["ruma", "ours"]) { await using r = await start(side, room); first[side]!.push(Number(await r.ask(`${kind} 1`))); }
    console.log(name, "first", kind, "ruma", show(first["ruma"]!), "ours", show(first["ours"]!), "ours/ruma", (median(first["ours"]!) / median(first["ruma"]!)).toFixed(2));
  }
}
void execFileSync; void mkdtempSync; void rmSync; void tmpdir;
