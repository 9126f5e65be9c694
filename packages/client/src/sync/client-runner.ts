import type { TimerClock } from "@patrix/concurrency";
import type { Abortable } from "../abortable.ts";
import { ClientError } from "../errors.ts";
import { watchNetwork } from "../http/watch-network.ts";
import type { SyncLoop } from "./sync-loop.ts";

/** What a {@link ClientRunner} is made of. */
export interface RunnerParts {
  readonly loop: SyncLoop;
  readonly clock: TimerClock;
  /** Loads what the store knows; tells whether an earlier sync can be continued. */
  readonly prepare: () => Promise<boolean>;
  /** Whether and how sending goes on. */
  readonly outbox: { resume(): void; pause(): void };
}

/** How long stopping waits for listeners, in milliseconds. */
const stopGraceMs = 10_000;

interface Run {
  readonly abort: AbortController;
  /** Settles when the loop has ended; rejects with why it failed. */
  readonly ended: Promise<void>;
  /** Resolves when the rooms are known. */
  readonly ready: Promise<void>;
  /** Resolves when {@link ClientRunner.stop} has waited enough. */
  readonly stopped: Promise<void>;
  readonly onStopped: () => void;
}

/** Starts and stops what a client does in the background; at most once at a time. */
export class ClientRunner {
  readonly #parts: RunnerParts;
  #run: Run | undefined;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** Starts, if it is not running; resolves when the rooms are known. */
  async start({ signal }: Abortable = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#run ??= this.#begin();
    const run = this.#run;
    signal?.addEventListener("abort", () => void (this.#run === run && this.stop().catch(() => {})), { once: true });
    await run.ready;
  }

  /** Starts, and resolves when it was stopped. @throws Why it cannot go on, above all `M_UNKNOWN_TOKEN`. */
  async run(options: Abortable = {}): Promise<void> {
    const starting = this.start(options);
    const run = this.#run;
    await starting;
    // A callback that never ends must not keep whoever stopped the client waiting.
    if (run) await Promise.race([run.ended, run.stopped]);
  }

  /** Stops, and waits a while until what came is handled. */
  async stop(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    run.abort.abort(new ClientError("STOPPED", "the client was stopped"));
    const over = new AbortController();
    // Who does not come to an end sees the same events again after the next start.
    await Promise.race([run.ended.catch(() => {}), this.#parts.clock.sleep(stopGraceMs, over.signal).catch(() => {})]);
    over.abort();
    this.#parts.outbox.pause();
    if (this.#run === run) this.#run = undefined;
    run.onStopped();
  }

  #begin(): Run {
    const abort = new AbortController();
    let onReady: () => void = () => {};
    let onStopped: () => void = () => {};
    const stopped = new Promise<void>((resolve) => (onStopped = resolve));
    const first = new Promise<void>((resolve) => (onReady = resolve));
    const ended = (async () => {
      const { loop, outbox, prepare } = this.#parts;
      const continues = await prepare();
      outbox.resume();
      if (continues) onReady();
      const unwatch = watchNetwork((reachable) => loop.hint(reachable));
      await loop.run(abort.signal, onReady).finally(unwatch);
    })();
    ended.catch(() => {
      if (this.#run?.abort === abort) this.#run = undefined;
    });
    return { abort, ended, ready: Promise.race([first, ended]), stopped, onStopped };
  }
}
