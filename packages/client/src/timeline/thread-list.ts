import { getThreadRoots } from "@patrix/client-api";
import { type ClientEventWithoutRoomId, getBundledRelations, getRelation } from "@patrix/events";
import type { EventId } from "@patrix/identifiers";
import type { LiveListValue } from "../live/live-list.ts";
import { subscription } from "../live/subscription.ts";
import type { Room, ThreadItem } from "../rooms/room.ts";
import { fetchEvent, type PageParts, revealAll } from "./page-requests.ts";
import type { TimelineParts } from "./timeline-parts.ts";

interface KnownThread {
  readonly root: ClientEventWithoutRoomId;
  readonly count: number;
  readonly latest: ClientEventWithoutRoomId | undefined;
}

const pageSize = 50;

/** What {@link ThreadListWork} is made of. */
export interface ThreadListParts {
  readonly room: Room;
  /** What it fills. */
  readonly list: LiveListValue<ThreadItem>;
  readonly signal: AbortSignal;
  readonly parts: Pick<TimelineParts, "context" | "makeEvent" | "watch">;
}

/** Keeps the list of the threads of a room up to date, until its signal ends that. */
export class ThreadListWork {
  readonly #room: Room;
  readonly #list: LiveListValue<ThreadItem>;
  readonly #signal: AbortSignal;
  readonly #parts: ThreadListParts["parts"];
  readonly #threads = new Map<EventId, KnownThread>();
  readonly #items = new Map<EventId, { readonly thread: KnownThread; readonly item: ThreadItem }>();
  /** Events that were counted. */
  readonly #counted = new Set<EventId>();
  #next: { readonly from: string | undefined } | undefined = { from: undefined };
  #tail: Promise<unknown>;

  constructor({ room, list, signal, parts }: ThreadListParts) {
    this.#room = room;
    this.#list = list;
    this.#signal = signal;
    this.#parts = parts;
    const end = parts.watch({
      onBatch: ({ gap, events }) => void this.#run(() => this.#heard([...gap, ...events])).catch(() => {}),
      onReplaced: (event) => void this.#run(() => this.#heard([event])).catch(() => {}),
      onForgotten: () => this.#forget(),
    });
    subscription(end, signal);
    this.#tail = this.more();
    this.#tail.catch(() => {});
  }

  async more(): Promise<boolean> {
    return this.#run(async () => {
      this.#signal.throwIfAborted();
      if (!this.#next) return false;
      this.#list.loading.set(true);
      try {
        const query = { from: this.#next.from, limit: pageSize };
        const page = await this.#parts.context.http.send(
          getThreadRoots,
          { path: { roomId: this.#room.id }, query },
          { signal: this.#signal },
        );
        for (const root of await revealAll(this.#pages, page.chunk))
          if (!this.#threads.has(root.event_id)) this.#threads.set(root.event_id, await this.#read(root));
        this.#next = page.next_batch === undefined ? undefined : { from: page.next_batch };
      } finally {
        this.#list.loading.set(false);
      }
      this.#show();
      return this.#next !== undefined;
    });
  }

  get #pages(): PageParts {
    return { roomId: this.#room.id, context: this.#parts.context, signal: this.#signal, learn: () => {} };
  }

  /** One after another: what is fetched and what comes must not be counted twice. */
  #run<T>(task: () => Promise<T>): Promise<T> {
    const result = (this.#tail ?? Promise.resolve()).then(task, task);
    this.#tail = result;
    result.catch(() => {});
    return result;
  }

  async #read(root: ClientEventWithoutRoomId): Promise<KnownThread> {
    const { count = 0, latest_event: latest } = getBundledRelations(root.unsigned)["m.thread"] ?? {};
    const shown = latest && (await this.#parts.context.reveal(this.#room.id, latest));
    if (shown) this.#counted.add(shown.event_id);
    return { root, count, latest: shown };
  }

  async #heard(events: readonly ClientEventWithoutRoomId[]): Promise<void> {
    let isChanged = false;
    for (const event of events) {
      const relation = event.state_key === undefined ? getRelation(event.content) : undefined;
      if (relation?.kind !== "thread" || this.#counted.has(event.event_id)) continue;
      const known = this.#threads.get(relation.rootId);
      const thread = known
        ? { ...known, count: known.count + 1, latest: event }
        : await this.#read(await fetchEvent(this.#pages, relation.rootId));
      // Of a thread that is fetched its server has counted the event already.
      this.#counted.add(event.event_id);
      this.#threads.set(relation.rootId, thread);
      isChanged = true;
    }
    if (isChanged) this.#show();
  }

  #show(): void {
    const { makeEvent } = this.#parts;
    const lastTs = ({ latest, root }: KnownThread): number => (latest ?? root).origin_server_ts;
    const sorted = [...this.#threads].sort(([, a], [, b]) => lastTs(b) - lastTs(a));
    const items = sorted.map(([id, thread]) => {
      const known = this.#items.get(id);
      if (known?.thread === thread) return known.item;
      const item = Object.freeze<ThreadItem>({
        root: makeEvent(thread.root),
        count: thread.count,
        latest: thread.latest && makeEvent(thread.latest),
      });
      this.#items.set(id, { thread, item });
      return item;
    });
    this.#list.update(items);
  }

  #forget(): void {
    this.#threads.clear();
    this.#items.clear();
    this.#next = { from: undefined };
    this.#show();
  }
}
