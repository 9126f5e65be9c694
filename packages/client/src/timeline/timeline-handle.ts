import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { EventId, UserId } from "@patrix/identifiers";
import { describeMember, isKnownMember, type Member } from "../base/members.ts";
import { emptyRoomData, isRoomMembership, type RoomData, type StateEntry } from "../base/room-data.ts";
import type { LiveListValue } from "../live/live-list.ts";
import type { LiveValue } from "../live/live.ts";
import { type Subscription, subscription } from "../live/subscription.ts";
import type { Room, TimelineItem, TimelineOptions } from "../rooms/room.ts";
import { type LocalEcho, LocalEchoes } from "./local-echoes.ts";
import { fetchEvent, type PageParts, revealAll } from "./page-requests.ts";
import { type KindParts, timelineKind } from "./timeline-kinds.ts";
import type { TimelineWork } from "./timeline-shell.ts";
import type { TimelineParts, TimelineKind } from "./timeline-parts.ts";
import { TimelineItems } from "./timeline-items.ts";
import { TimelineSource } from "./timeline-source.ts";

/** Answered events that are fetched for one timeline; others show their ID only. */
const maxAnswered = 200;

/** What a {@link TimelineHandle} fills. */
export interface FilledTimeline {
  readonly items: LiveListValue<TimelineItem>;
  readonly atStart: LiveValue<boolean>;
  readonly atEnd: LiveValue<boolean>;
}

/** What {@link openTimeline} needs. */
export interface OpenedTimeline extends Pick<KindParts, "feed"> {
  readonly room: Room;
  readonly options: TimelineOptions;
  readonly shell: FilledTimeline;
  readonly signal: AbortSignal;
  readonly parts: TimelineParts;
}

/** Makes a timeline work. */
export function openTimeline({ room, feed, options, shell, signal, parts }: OpenedTimeline): TimelineHandle {
  return new TimelineHandle({ room, shell, signal, parts, kind: timelineKind({ roomId: room.id, feed }, options) });
}

/** Makes a timeline follow its room, until its signal ends that. */
export class TimelineHandle implements TimelineWork {
  readonly #shell: FilledTimeline;
  readonly #room: Room;
  readonly #parts: TimelineParts;
  readonly #kind: TimelineKind;
  readonly #source: TimelineSource;
  readonly #echoes: LocalEchoes;
  readonly #items: TimelineItems;
  readonly #signal: AbortSignal;
  readonly #subscriptions: Subscription[] = [];
  readonly #answered = new Map<EventId, ClientEventWithoutRoomId | undefined>();
  /** Members of whom the room does not know any more. */
  readonly #profiles = new Map<UserId, StateEntry>();
  /** One request after another. */
  #tail: Promise<unknown>;
  #isScheduled = false;
  /** What came while the store was read. */
  #early: (() => void)[] | undefined = [];
  #seen: Pick<RoomData, "receipts" | "accountData" | "ownReceipt" | "state"> | undefined;

  constructor({ room, shell, kind, parts, signal }: Omit<OpenedTimeline, "feed" | "options"> & { readonly kind: TimelineKind }) {
    this.#room = room;
    this.#shell = shell;
    this.#signal = signal;
    this.#parts = parts;
    this.#kind = kind;
    this.#source = new TimelineSource(kind.source(this.#pages));
    const { window } = this.#source;
    const { pending, sentAs } = parts;
    this.#echoes = new LocalEchoes({
      userId: parts.context.userId,
      pending,
      sentAs,
      has: (id) => window.has(id),
      onChange: () => this.#schedule(),
    });
    this.#items = this.#createItems();
    this.#subscribe();
    subscription(() => {
      for (const each of this.#subscriptions.splice(0)) each();
    }, signal);
    this.#echoes.refresh();
    this.#tail = this.#open();
    // Whoever asks for more hears of it.
    this.#tail.catch(() => {});
  }

  async back(count = 50): Promise<boolean> {
    return this.#load(async () => {
      await this.#fetched(await this.#source.back(count));
      return !this.#source.atStart;
    });
  }

  async forward(count = 50): Promise<boolean> {
    return this.#load(async () => {
      await this.#fetched(await this.#source.forward(count));
      return !this.#source.atEnd;
    });
  }

  get #pages(): PageParts {
    const { context } = this.#parts;
    return { roomId: this.#room.id, context, signal: this.#signal, learn: (members) => this.#learn(members) };
  }

  get #data(): RoomData {
    return this.#parts.context.base().rooms.get(this.#room.id) ?? emptyRoomData(this.#room.id);
  }

  #createItems(): TimelineItems {
    const { context, makeEvent } = this.#parts;
    return new TimelineItems({
      ownUserId: context.userId,
      shows: (event) => this.#kind.shows(event),
      keyOf: (event) => this.#echoes.keyOf(event),
      sendingOf: ({ event_id: id }) => this.#echoes.sendingOf(id),
      describe: (userId) => this.#describe(userId),
      makeEvent,
      answered: (id) => this.#answeredEvent(id),
    });
  }

  #subscribe(): void {
    const { watch, watchPending, watchKeys } = this.#parts;
    const later = (task: () => void): void => {
      if (this.#early) this.#early.push(task);
      else task();
    };
    this.#subscriptions.push(
      watch({
        onBatch: (batch) =>
          later(() => {
            const { added, isReset } = this.#source.add(batch);
            // What was sent before is in the gap.
            if (isReset) this.#echoes.dropSent();
            this.#arrived(added);
          }),
        onReplaced: (event) => later(() => this.#source.replace(event) && this.#schedule()),
        onForgotten: () =>
          later(() => {
            this.#source.clear();
            this.#schedule();
          }),
      }),
      watchPending(() => this.#echoes.refresh()),
      watchKeys(() => void this.#retryUndecrypted()),
      this.#room.info.subscribe(() => this.#roomChanged()),
    );
  }

  async #open(): Promise<void> {
    this.#shell.items.loading.set(true);
    try {
      await this.#kind.open(this.#source, this.#pages, this.#parts);
    } finally {
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const task of early) task();
      this.#arrived(this.#source.window.events);
      this.#render();
      this.#shell.items.loading.set(false);
    }
    void this.#retryUndecrypted();
  }

  /** Runs requests one after the other; the first waits until the timeline is open. */
  #load<T>(task: () => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      this.#signal.throwIfAborted();
      this.#shell.items.loading.set(true);
      try {
        return await task();
      } finally {
        this.#shell.items.loading.set(false);
        this.#render();
      }
    };
    // Who could not open it can try again.
    const result = this.#tail.then(run, async () => {
      this.#early ??= [];
      await this.#open();
      return run();
    });
    this.#tail = result.catch(() => {});
    return result;
  }

  async #fetched(events: readonly ClientEventWithoutRoomId[]): Promise<void> {
    this.#echoes.arrived(events);
  }

  #arrived(events: readonly ClientEventWithoutRoomId[]): void {
    this.#echoes.arrived(events);
    this.#schedule();
  }

  /** Shows changes together that come at the same time. */
  #schedule(): void {
    if (this.#isScheduled || this.#early) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      if (this.#isScheduled && !this.#signal.aborted) this.#render();
    });
  }

  #render(): void {
    this.#isScheduled = false;
    if (this.#early) return;
    const { window, loose, atStart, atEnd } = this.#source;
    // While there is something in between, what is being sent is not the next event.
    const echoes = this.#echoes.all.map(({ event }: LocalEcho) => event);
    const data = this.#data;
    this.#seen = data;
    const events = atEnd ? [...window.events, ...echoes] : window.events;
    const said = atEnd ? loose.values() : [...loose.values(), ...echoes];
    this.#shell.items.update(this.#items.build({ events, loose: said, data, atStart, isWhole: atEnd }));
    this.#shell.atStart.set(atStart);
    this.#shell.atEnd.set(atEnd);
  }

  /** Renders again if anything has changed that a timeline shows of its room. */
  #roomChanged(): void {
    if (this.#kind.isOutdated?.(this.#parts) === true)
      return void this.#load(() => this.#kind.open(this.#source, this.#pages, this.#parts)).catch(() => {});
    const { receipts, accountData, ownReceipt, state } = this.#data;
    const seen = this.#seen;
    if (
      seen?.receipts === receipts &&
      seen.accountData["m.fully_read"] === accountData["m.fully_read"] &&
      seen.ownReceipt === ownReceipt &&
      seen.state.get("m.room.member") === state.get("m.room.member") &&
      seen.state.get("m.room.power_levels") === state.get("m.room.power_levels")
    )
      return;
    this.#schedule();
  }

  #describe(userId: UserId): Member {
    const data = this.#data;
    const profile = isKnownMember(data, userId) ? undefined : this.#profiles.get(userId);
    if (!profile) return describeMember(data, userId);
    const members = new Map(data.state.get("m.room.member")).set(userId, profile);
    return describeMember({ ...data, state: new Map(data.state).set("m.room.member", members) }, userId);
  }

  #learn(members: readonly ClientEventWithoutRoomId[]): void {
    for (const event of members) {
      const { type, state_key: key, content } = event;
      if (type !== "m.room.member" || key === undefined || !isRoomMembership(content["membership"])) continue;
      // State keys of member events are user IDs, which the server checked.
      this.#profiles.set(key as UserId, { ...event, state_key: key });
    }
  }

  /** An event that was answered and is not in the timeline: fetched once. */
  #answeredEvent(id: EventId): ClientEventWithoutRoomId | undefined {
    const known = this.#answered.get(id);
    if (known || this.#answered.has(id) || this.#answered.size >= maxAnswered) return known;
    this.#answered.set(id, undefined);
    fetchEvent(this.#pages, id).then(
      (event) => {
        this.#answered.set(id, event);
        this.#schedule();
      },
      // It is shown without what it answers.
      () => {},
    );
    return undefined;
  }

  /** Tries events again whose keys may have come. */
  async #retryUndecrypted(): Promise<void> {
    const waiting = this.#source.window.events.filter(({ type, state_key: key }) => type === "m.room.encrypted" && key === undefined);
    if (waiting.length === 0) return;
    const revealed = await revealAll(this.#pages, waiting).catch(() => []);
    for (const [index, event] of revealed.entries())
      if (event.type !== "m.room.encrypted" || event !== waiting[index]) {
        this.#source.replace(event);
        if (event.type !== "m.room.encrypted") await this.#parts.replace(event).catch(() => {});
      }
    this.#schedule();
  }
}
