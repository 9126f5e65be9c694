import { LiveListValue } from "../live/live-list.ts";
import { LiveValue } from "../live/live.ts";
import { subscription } from "../live/subscription.ts";
import type { ThreadItem, ThreadList, Timeline, TimelineItem } from "../rooms/room.ts";

/** What makes a timeline work. */
export interface TimelineWork {
  back(count?: number): Promise<boolean>;
  forward(count?: number): Promise<boolean>;
}

/** A timeline whose workings are loaded when it is opened: programs that show nothing, as bots, do without them. */
export class TimelineShell implements Timeline {
  readonly items: LiveListValue<TimelineItem> = new LiveListValue<TimelineItem>([], ({ key }) => key);
  readonly atStart: LiveValue<boolean> = new LiveValue<boolean>(false);
  readonly atEnd: LiveValue<boolean> = new LiveValue<boolean>(true);
  readonly #abort = new AbortController();
  readonly #work: Promise<TimelineWork>;

  /** @param begin Loads the workings, which end with the signal. */
  constructor(begin: (shell: TimelineShell, signal: AbortSignal) => Promise<TimelineWork>, signal: AbortSignal | undefined) {
    this.items.loading.set(true);
    const end = subscription(() => this.#abort.abort(new DOMException("the timeline was closed", "AbortError")), signal);
    this.#abort.signal.addEventListener("abort", () => end(), { once: true });
    this.#work = begin(this, this.#abort.signal);
    // Whoever asks for more hears of it.
    this.#work.catch(() => {});
  }

  async back(count?: number): Promise<boolean> {
    return (await this.#work).back(count);
  }

  async forward(count?: number): Promise<boolean> {
    return (await this.#work).forward(count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort(new DOMException("the timeline was closed", "AbortError"));
  }
}

/** A list of threads whose workings are loaded when it is opened. */
export class ThreadListShell extends LiveListValue<ThreadItem> implements ThreadList {
  readonly #abort = new AbortController();
  readonly #work: Promise<{ more(): Promise<boolean> }>;

  /** @param begin Loads the workings, which end with the signal. */
  constructor(
    begin: (shell: ThreadListShell, signal: AbortSignal) => Promise<{ more(): Promise<boolean> }>,
    signal: AbortSignal | undefined,
  ) {
    super([], ({ root }) => root.id);
    this.loading.set(true);
    const end = subscription(() => this.#abort.abort(new DOMException("the list was closed", "AbortError")), signal);
    this.#abort.signal.addEventListener("abort", () => end(), { once: true });
    this.#work = begin(this, this.#abort.signal);
    this.#work.catch(() => {});
  }

  async more(): Promise<boolean> {
    return (await this.#work).more();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort(new DOMException("the list was closed", "AbortError"));
  }
}
