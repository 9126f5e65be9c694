import type { PollResults } from "@patrix/events/unstable";
import type { EventId } from "@patrix/identifiers";
import { LiveValue } from "../live/live.ts";
import type { SendRequest } from "../outbox/outbox-item.ts";
import type { Sending } from "../outbox/sending.ts";
import type { Poll } from "../rooms/poll.ts";
import type { TransactionOptions } from "../rooms/sender.ts";
import { Closing } from "./closing.ts";
import { timelineWork } from "./load-timeline-work.ts";

/** What a {@link PollShell} is made of. */
export interface PollShellParts {
  readonly id: EventId;
  /** Loads the workings, which end with the signal, and resolves when all votes are there. */
  readonly begin: (shell: PollShell, signal: AbortSignal) => Promise<PollResults>;
  readonly enqueue: (request: Pick<SendRequest, "type" | "txnId" | "prepare">) => Sending;
  readonly signal: AbortSignal | undefined;
}

/** A poll whose workings are loaded when it is opened. */
export class PollShell implements Poll {
  readonly id: EventId;
  readonly results: LiveValue<PollResults | undefined> = new LiveValue<PollResults | undefined>(undefined);
  readonly #enqueue: PollShellParts["enqueue"];
  readonly #closing: Closing;
  readonly #loaded: Promise<PollResults>;

  constructor({ id, begin, enqueue, signal }: PollShellParts) {
    this.id = id;
    this.#enqueue = enqueue;
    this.#closing = new Closing("the poll", signal);
    this.#loaded = begin(this, this.#closing.signal);
    // Whoever waits for it hears of it.
    this.#loaded.catch(() => {});
  }

  loaded(): Promise<PollResults> {
    return this.#loaded;
  }

  vote(answers: string | readonly string[], { txnId }: TransactionOptions = {}): Sending {
    const prepare: SendRequest["prepare"] = async () => {
      const { voteContent } = await timelineWork();
      return { content: voteContent(this.id, typeof answers === "string" ? [answers] : answers, this.results.value) };
    };
    return this.#enqueue({ type: "org.matrix.msc3381.poll.response", txnId, prepare });
  }

  end(text?: string, { txnId }: TransactionOptions = {}): Sending {
    const prepare: SendRequest["prepare"] = async () => {
      const { pollEndContent } = await timelineWork();
      return { content: pollEndContent(this.id, text, this.results.value) };
    };
    return this.#enqueue({ type: "org.matrix.msc3381.poll.end", txnId, prepare });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.close();
  }
}
