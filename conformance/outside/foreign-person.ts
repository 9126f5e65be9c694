// A person with somebody else's client, in a process of its own, who does what a test says: a line of JSON for each thing, and one for each answer.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";

/** What such a program answers. */
export interface ForeignAnswer {
  readonly ok: boolean;
  readonly error?: string;
  readonly device?: string;
  readonly emoji?: readonly string[];
  readonly verified?: boolean;
  readonly key?: string;
}

/** A person that can be told what to do; disposing of it ends the program, whose store stays. */
export class ForeignPerson implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  #device = "";
  #errors = "";

  private constructor(name: string, child: ChildProcessWithoutNullStreams) {
    this.name = name;
    this.#child = child;
    this.#reader = createInterface({ input: child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
    child.stderr.on("data", (chunk) => (this.#errors = (this.#errors + String(chunk)).slice(-2_000)));
  }

  /** Starts a program, and waits until it is logged in. */
  static async start(name: string, command: string, args: readonly string[]): Promise<ForeignPerson> {
    const person = new ForeignPerson(name, spawn(command, args));
    person.#device = (await person.#answer("log in")).device ?? "";
    return person;
  }

  get device(): string {
    return this.#device;
  }

  /** Lets the person do something. @throws What went wrong, in its words. */
  async tell(what: string, more: object = {}): Promise<ForeignAnswer> {
    this.#child.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
    return this.#answer(what);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "close");
    this.#child.stdin.end();
    await ended;
    this.#reader.close();
  }

  async #answer(what: string): Promise<ForeignAnswer> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.name} has ended instead of doing ${what}: ${this.#errors}`);
    const answer = JSON.parse(value) as ForeignAnswer;
    if (!answer.ok) throw new Error(`${this.name} could not ${what}: ${answer.error ?? "no reason"} ${this.#errors}`);
    return answer;
  }
}
