import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** What is resolved: with auth chains and subgraph at hand, or with the finding of them. */
export type Work = "known" | "whole";

/** A process that has read a room, and resolves its states as often as it is told. */
export class Resolver {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string, unknown>;

  private constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts one, and waits until it has read its room. */
  static async start(command: string, args: readonly string[]): Promise<Resolver> {
    const resolver = new Resolver(command, args);
    await resolver.#readLine();
    return resolver;
  }

  /** The CPU time of some calls together, in nanoseconds. */
  async time(work: Work, calls: number): Promise<number> {
    return Number(await this.#ask(`${work} ${calls}`));
  }

  /** The resolved state as sorted lines. */
  async state(work: Work): Promise<string[]> {
    const entries = JSON.parse(await this.#ask(`state ${work}`)) as readonly (readonly string[])[];
    return entries.map((entry) => JSON.stringify(entry)).toSorted();
  }

  /** Calls until so much CPU time is spent. @returns how many calls fill one sample. */
  async warmUp(work: Work, warmNs: number, sampleNs: number): Promise<number> {
    let calls = 1;
    for (let spent = 0; spent < warmNs;) {
      const took = await this.time(work, calls);
      spent += took;
      if (took < sampleNs) calls *= 2;
    }
    return calls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin.end();
    await closed;
  }

  async #ask(request: string): Promise<string> {
    this.#child.stdin.write(`${request}\n`);
    return this.#readLine();
  }

  async #readLine(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true || typeof value !== "string") throw new Error("the program has ended");
    return value;
  }
}
