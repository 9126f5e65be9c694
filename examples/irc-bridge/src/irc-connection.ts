import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { RetryLater } from "@patrix/appservice";
import { formatIrcLine, type IrcLine, parseIrcLine } from "./irc-line.ts";

/** Where IRC is, and who is there. */
export interface IrcSettings {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean | undefined;
  /** The name of the bridge; with `_` behind it where it is taken. */
  readonly nick: string;
}

/** Told of what happens on a connection. */
export interface IrcEvents {
  /** The server has welcomed the bridge, now or again. */
  readonly welcomed: () => void;
  readonly line: (line: IrcLine) => void;
}

const MAX_PAUSE_MS = 60_000;
/** How long a server may be silent; servers ask for a sign of life more often. */
const SILENCE_MS = 300_000;

/** A connection to an IRC server, which comes back when it is lost. */
export class IrcConnection implements AsyncDisposable {
  readonly #settings: IrcSettings;
  readonly #events: IrcEvents;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  /** Those who wait for the server to have read what was sent before, by the words that it says back. */
  readonly #confirmations = new Map<string, () => void>();
  #socket: Socket | undefined;
  #isWelcome = false;
  #nick: string;
  #sent = 0;

  constructor(settings: IrcSettings, events: IrcEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#nick = settings.nick;
    this.#running = this.#run();
  }

  /** The name that the bridge has now. */
  get nick(): string {
    return this.#nick;
  }

  join(channel: string): void {
    if (this.#isWelcome) this.#send("JOIN", channel);
  }

  /**
   * Says something, and waits until the server has read it.
   *
   * @throws {RetryLater} If there is no connection, or it is lost in the middle.
   */
  async say(target: string, lines: readonly string[]): Promise<void> {
    const socket = this.#socket;
    if (!socket || !this.#isWelcome) throw new RetryLater("IRC is away");
    for (const line of lines) this.#send("PRIVMSG", target, line);
    const word = `said-${(this.#sent += 1)}`;
    const read = new Promise<boolean>((resolve) => {
      this.#confirmations.set(word, () => resolve(true));
      socket.once("close", () => resolve(false));
    });
    this.#send("PING", word);
    const isRead = await read;
    this.#confirmations.delete(word);
    if (!isRead) throw new RetryLater("the connection to IRC was lost");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    if (this.#isWelcome) this.#send("QUIT", "the bridge stops");
    this.#socket?.end();
    this.#socket?.destroySoon();
    await this.#running;
  }

  #send(command: string, ...params: readonly string[]): void {
    this.#socket?.write(formatIrcLine(command, ...params));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted; failures += 1) {
      await this.#connectOnce();
      if (this.#isWelcome) failures = 0;
      this.#isWelcome = false;
      const pauseMs = Math.min(MAX_PAUSE_MS, 500 * 2 ** failures);
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Resolves when the connection is over, however it ended. */
  #connectOnce(): Promise<void> {
    const { host, port, tls = false, nick } = this.#settings;
    return new Promise((resolve) => {
      const socket = tls ? connectTls({ host, port, servername: host }) : connect({ host, port });
      this.#socket = socket;
      let rest = "";
      socket.setEncoding("utf8").setTimeout(SILENCE_MS, () => socket.destroy());
      socket.once(tls ? "secureConnect" : "connect", () => {
        this.#nick = nick;
        this.#send("NICK", nick);
        this.#send("USER", nick, "0", "*", "a bridge to Matrix");
      });
      socket.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) this.#take(parseIrcLine(line.trimEnd()));
      });
      // Said by `close` too.
      socket.on("error", () => {});
      socket.once("close", () => resolve());
    });
  }

  #take(line: IrcLine | undefined): void {
    if (!line) return;
    const [first = "", second = ""] = line.params;
    if (line.command === "PING") this.#send("PONG", first);
    else if (line.command === "PONG") this.#confirmations.get(second)?.();
    else if (line.command === "433") this.#send("NICK", (this.#nick += "_"));
    else if (line.command === "001") {
      this.#isWelcome = true;
      this.#nick = first;
      this.#events.welcomed();
    } else this.#events.line(line);
  }
}
