import { LiveListValue } from "../live/live-list.ts";
import { LiveValue } from "../live/live.ts";
import type { ThreadItem, ThreadList, Timeline, TimelineItem } from "../rooms/room.ts";
import { Closing } from "./closing.ts";

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
  readonly #closing: Closing;
  readonly #work: Promise<TimelineWork>;

  /** @param begin Loads the workings, which end with the signal. */
  constructor(begin: (shell: TimelineShell, signal: AbortSignal) => Promise<TimelineWork>, signal: AbortSignal | undefined) {
    this.items.loading.set(true);
    this.#closing = new Closing("the timeline", signal);
    this.#work = begin(this, this.#closing.signal);
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
    this.#closing.close();
  }
}

/** A list of threads whose workings are loaded when it is opened. */
export class ThreadListShell extends LiveListValue<ThreadItem> implements ThreadList {
  readonly #closing: Closing;
  readonly #work: Promise<{ more(): Promise<boolean> }>;

  /** @param begin Loads the workings, which end with the signal. */
  constructor(
    begin: (shell: ThreadListShell, signal: AbortSignal) => Promise<{ more(): Promise<boolean> }>,
    signal: AbortSignal | undefined,
  ) {
    super([], ({ root }) => root.id);
    this.loading.set(true);
    this.#closing = new Closing("the list", signal);
    this.#work = begin(this, this.#closing.signal);
    this.#work.catch(() => {});
  }

  async more(): Promise<boolean> {
    return (await this.#work).more();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.close();
  }
}
