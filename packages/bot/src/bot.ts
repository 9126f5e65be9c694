import type { Abortable, Client, MessageEvent, Room, Sender, UserId } from "@patrix/client";
import type { Args } from "./args-types.ts";

/** What a handler of a bot gets: the message, and what to do about it. */
export interface Ctx<A = {}> {
  readonly event: MessageEvent;
  readonly room: Room;
  readonly client: Client;
  /** The arguments of the command. */
  readonly args: A;
  /** Replies to the message: once, even if a crash makes the handler run again. Other sends take a `txnId` for that. */
  readonly reply: Sender;
  /** Aborts when the bot is stopped. */
  readonly signal: AbortSignal;
}

/** Runs before handlers; without a call of `next` nothing after it runs. */
export type Middleware = (ctx: Ctx, next: () => Promise<void>) => unknown;

/** Options of a command. */
export interface CommandOptions {
  /** One line for `!help`. */
  help?: string | undefined;
  /** The power level that the sender needs in the room. Default: none. */
  powerLevel?: number | undefined;
}

/** Whose invites are accepted. */
export interface AutojoinOptions {
  /** Default: everyone's. */
  from?: readonly UserId[] | ((user: UserId) => boolean) | undefined;
}

/**
 * A bot: a client that answers messages. Handlers see messages of others that are new, no notices and no edits; those of
 * one room come one after the other. What a handler throws is logged, and the bot goes on.
 */
export interface Bot extends AsyncDisposable {
  readonly client: Client;
  /** Adds middleware; the first added runs first. */
  use(middleware: Middleware): this;
  /**
   * Answers `!name …`. The spec types the arguments: `<name>` is required, `[name]` optional, `<name:type>` of a type,
   * and `<...name>` takes the rest of the line. What does not fit is answered with how to write it.
   *
   * @throws {BotError} `BAD_SPEC` or `DUPLICATE_COMMAND`.
   */
  command<S extends string = "">(name: string, spec: S, run: (ctx: Ctx<Args<S>>) => unknown, options?: CommandOptions): this;
  /** Answers messages in which a pattern occurs. */
  hears(pattern: RegExp | string, run: (ctx: Ctx & { readonly match: RegExpMatchArray }) => unknown): this;
  /** Answers every message that is no command. */
  onMessage(run: (ctx: Ctx) => unknown): this;
  /** Accepts invites, and joins what a room is replaced by when somebody whose invites count upgrades it. */
  autojoin(options?: AutojoinOptions): this;
  /**
   * Runs until the signal aborts, or the process is asked to end by SIGINT or SIGTERM; then resolves when what is being
   * handled is done.
   *
   * @throws {MatrixError} When it can no longer log in.
   */
  start(options?: Abortable): Promise<void>;
}
