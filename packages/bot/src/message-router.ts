import type { Client, MessageEvent } from "@patrix/client";
import { type ArgSpec, formatUsage, parseArgs, parseArgsSpec } from "./args-spec.ts";
import type { CommandOptions, Ctx, Middleware } from "./bot.ts";
import { BotError } from "./errors.ts";
import { repeatableSender } from "./repeatable-sender.ts";

interface Command extends CommandOptions {
  readonly name: string;
  readonly args: readonly ArgSpec[];
  readonly run: (ctx: Ctx<never>) => unknown;
}

interface Listener {
  readonly pattern: RegExp;
  readonly run: (ctx: Ctx & { match: RegExpMatchArray }) => unknown;
}

/** Finds out what a message is to the bot, and runs what it asks for. */
export class MessageRouter {
  readonly #prefix: string;
  readonly #middleware: Middleware[] = [];
  readonly #commands = new Map<string, Command>();
  readonly #listeners: Listener[] = [];
  readonly #handlers: ((ctx: Ctx) => unknown)[] = [];

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Adds middleware. */
  use(middleware: Middleware): void {
    this.#middleware.push(middleware);
  }

  /** Adds a command. @throws {BotError} `BAD_SPEC` or `DUPLICATE_COMMAND`. */
  addCommand(name: string, spec: string, run: (ctx: Ctx<never>) => unknown, options: CommandOptions = {}): void {
    if (!/^\S+$/.test(name)) throw new BotError("BAD_SPEC", `"${name}" is no name of a command: it must be one word`);
    const key = name.toLowerCase();
    if (this.#commands.has(key)) throw new BotError("DUPLICATE_COMMAND", `there are two commands ${name}`);
    this.#commands.set(key, { ...options, name, args: parseArgsSpec(spec), run });
  }

  /** Adds a handler of messages in which a pattern occurs. */
  addListener(pattern: RegExp | string, run: Listener["run"]): void {
    const source = typeof pattern === "string" ? new RegExp(pattern.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`), "i") : pattern;
    // A pattern that remembers its place would miss every other message.
    this.#listeners.push({ pattern: new RegExp(source, source.flags.replace(/[gy]/g, "")), run });
  }

  /** Adds a handler of every message. */
  addHandler(run: (ctx: Ctx) => unknown): void {
    this.#handlers.push(run);
  }

  /** Handles one message. */
  async handle(event: MessageEvent, client: Client, signal: AbortSignal): Promise<void> {
    const ctx: Ctx = { event, room: event.room, client, args: {}, reply: repeatableSender(event.reply, event.id), signal };
    const run = async (index: number): Promise<void> => {
      const middleware = this.#middleware[index];
      if (!middleware) return this.#dispatch(ctx);
      await middleware(ctx, () => run(index + 1));
    };
    await run(0);
  }

  async #dispatch(ctx: Ctx): Promise<void> {
    const { text } = ctx.event;
    if (text !== undefined) {
      if (text.startsWith(this.#prefix) && (await this.#runCommand(ctx, text.slice(this.#prefix.length)))) return;
      for (const { pattern, run } of this.#listeners) {
        const match = pattern.exec(text);
        if (match) await run({ ...ctx, match });
      }
    }
    for (const run of this.#handlers) await run(ctx);
  }

  /** Runs the command of a line; `false` if it is none of this bot's. */
  async #runCommand(ctx: Ctx, line: string): Promise<boolean> {
    const [name = ""] = /^\S*/.exec(line) ?? [];
    const command = this.#commands.get(name.toLowerCase());
    if (!command) {
      if (name.toLowerCase() !== "help" || this.#commands.size === 0) return false;
      await ctx.reply.notice(this.#help(ctx));
      return true;
    }
    if (!isAllowed(command, ctx)) {
      await ctx.reply.notice(`You need power level ${command.powerLevel} for ${this.#prefix}${command.name}.`);
      return true;
    }
    const parsed = parseArgs(command.args, line.slice(name.length));
    if (!parsed.ok) {
      await ctx.reply.notice(`${parsed.problem}. Usage: ${this.#prefix}${formatUsage(command.name, command.args)}`);
      return true;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the arguments were read by the spec that types them
    await command.run({ ...ctx, args: parsed.args as never });
    return true;
  }

  #help(ctx: Ctx): string {
    const commands = [...this.#commands.values()].filter((command) => isAllowed(command, ctx));
    return commands
      .map(({ name, args, help }) => `${this.#prefix}${formatUsage(name, args)}${help === undefined ? "" : `: ${help}`}`)
      .join("\n");
  }
}

function isAllowed({ powerLevel }: Command, { event }: Ctx): boolean {
  return powerLevel === undefined || event.sender.powerLevel >= powerLevel;
}
