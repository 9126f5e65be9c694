import type { DurableQueue } from "@patrix/appservice";
import type { IrcLine } from "./irc-line.ts";

/** What somebody has done on IRC, or what a channel is like. */
export interface IrcNews {
  /** Empty for what a channel is like. */
  readonly nick: string;
  /** A command of IRC, or `NAMES`: all who are in the channel. */
  readonly command: string;
  readonly params: readonly string[];
}

/** Everything in one order: whoever changes the name says the next thing under the new one. */
const LANE = "irc";

/** Takes lines of IRC: each is stored before it is handled, so that none is lost, and none comes twice. */
export class IrcIntake {
  readonly #queue: DurableQueue<IrcNews>;
  /** Lines that are being stored. */
  readonly #storing = new Set<Promise<void>>();
  /** The names in a channel, which come in several lines. */
  readonly #names = new Map<string, string[]>();

  constructor(queue: DurableQueue<IrcNews>) {
    this.#queue = queue;
  }

  /** Takes a line; what the bridge itself has caused is nothing new. */
  add({ nick, command, params }: IrcLine, own: string): void {
    const [, second = "", third = "", fourth = ""] = params;
    if (command === "353") this.#names.set(third, [...(this.#names.get(third) ?? []), ...fourth.split(" ")]);
    else if (command === "366") {
      const names = (this.#names.get(second) ?? []).map((name) => name.replace(/^[~&@%+]+/, ""));
      this.#names.delete(second);
      this.#store({ nick: "", command: "NAMES", params: [second, ...names.filter((name) => name !== "" && name !== own)] });
    } else if (command === "332") this.#store({ nick: "", command: "TOPIC", params: [second, third] });
    else if (nick !== undefined && nick !== own) this.#store({ nick, command, params });
  }

  /** Resolves when every line that came is stored. */
  async settled(): Promise<void> {
    await Promise.all(this.#storing);
  }

  #store(value: IrcNews): void {
    const storing = this.#queue
      .add([{ lane: LANE, value }])
      .catch((error: unknown) => console.error("a line of IRC could not be stored", error))
      .finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
  }
}
