import type { JsonObject } from "@patrix/api";
import { LruCache, Semaphore } from "@patrix/concurrency";
import type { Edu } from "@patrix/events";
import type { FederationClient } from "@patrix/federation";
import { serverOf } from "@patrix/signatures";
import type { BackgroundFailure } from "../../background.ts";
import { isLocalUser, openNumbers } from "../../log/core.ts";
import { LogReader } from "../../log/log-reader.ts";
import type { Numbers } from "../../log/numbers.ts";
import type { Position, PositionVector } from "../../log/position.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { pauseFor } from "../../pause-for.ts";
import type { StoredAlongside } from "../../rooms/partial/complete-room.ts";
import type { Room } from "../../rooms/room.ts";
import { placeAfter } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { readTimelineFacts } from "../../rooms/timeline/timeline-facts.ts";
import type { Timelines } from "../../rooms/timeline/timelines.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import {
  allDestinations,
  deleteOutbox,
  insertOutbox,
  newestOutbox,
  outboxOf,
  outboxServers,
  trimOutbox,
  trimOutboxBytes,
} from "../../store/statements/federation.ts";
import { limits } from "../../limits.ts";
import type { OutgoingEdu } from "../../other-servers.ts";
import { turnIfDue } from "../../turns.ts";
import type { RoomServers } from "../room-servers.ts";
import type { SignedEvents } from "../signed-events.ts";
import { Destination, type OutboxItem } from "./destination.ts";
import { type DestinationFigures, DestinationMeter } from "./destination-meter.ts";
import { missedEvents, roomsFor } from "./missed-events.ts";
import { SentCursors } from "./sent-cursors.ts";
import { visibleTo } from "./visible-to.ts";

/** Of how many servers it is looked up at once what they have missed. */
const RESUMED_AT_ONCE = 16;
/** How much is stored for a server before what waits for it is looked at again. */
const TRIM_INTERVAL = 64;
/** How often it is looked whether a server has what it is to have, in milliseconds. */
const LOOK_INTERVAL_MS = 10;

/** What is sent to other servers is made of. */
export interface SenderParts {
  readonly rooms: Rooms;
  readonly timelines: Timelines;
  readonly roomServers: RoomServers;
  readonly signed: SignedEvents;
  readonly client: FederationClient;
  /** Whether this server talks to another one. */
  readonly mayAsk: (server: string) => boolean;
  /** Puts into an EDU of the outbox what is current when it is sent. */
  readonly complete: (edu: Edu) => Promise<Edu>;
  /** Told of each failure, and how long the server is left alone. */
  readonly failed: (server: string, error: unknown, retryMs: number) => void;
  /** Told of what fails here. */
  readonly unexpected: BackgroundFailure;
}

/** Sends what happens here to the servers that it concerns: a queue for each, from the cursor of the log. */
export class Sender implements AsyncDisposable {
  readonly #parts: SenderParts;
  /** Those for which something waits. */
  readonly #destinations = new Map<string, Destination>();
  readonly #meter: DestinationMeter;
  /** Up to where the outbox has reached servers, as long as it is not stored that it has. */
  readonly #outboxSent = new Map<string, number>();
  /** Events of other servers that this one passes on, as it let them in. */
  readonly #forwarded = new Set<string>();
  /** Events of this server that another one passes on, as it let them in. */
  readonly #delivered = new Set<string>();
  readonly #stopped = new AbortController();
  readonly #outboxNumbers: Numbers;
  readonly #cursors: SentCursors;
  #reader: LogReader<StoredEvent> | undefined;
  /** How much was stored for each server since what waits for it was looked at. */
  readonly #sinceTrim = new LruCache<string, number>(10_000);

  private constructor(parts: SenderParts, outboxNumbers: Numbers) {
    this.#parts = parts;
    this.#meter = new DestinationMeter(parts.rooms.core.clock);
    this.#outboxNumbers = outboxNumbers;
    this.#cursors = new SentCursors(parts.rooms.core, () => this.#reader?.cut ?? []);
  }

  /** Opens the queues, and takes up what was still to be sent when the server ended. */
  static async open(parts: SenderParts): Promise<Sender> {
    const { core } = parts.rooms;
    const newest = (await core.store.get(newestOutbox))?.nid ?? 0;
    const sender = new Sender(parts, await openNumbers(core, "federation_outbox", newest));
    // Before anything new is sent to a server: with that it would count as one that has everything.
    await sender.#resume();
    sender.#reader = await LogReader.open(core, {
      name: "federation",
      start: "now",
      carries: true,
      read: readTimelineFacts(parts.rooms),
      handle: (events) => sender.#offer(events),
      failed: (error) => parts.unexpected("what happens here could not be handed to other servers", error),
    });
    for (const { server } of await core.store.all(outboxServers)) sender.noteOutbox([server]);
    return sender;
  }

  /** Notes that an event of another server goes to the others of its room from here. */
  forward(eventId: string): void {
    this.#forwarded.add(eventId);
  }

  /**
   * What has servers get what happened in a room after a number: they were not known to be in it. It is stored in the commit that makes them
   * known, so that no crash comes between.
   */
  async owe({ shard }: Room, servers: readonly string[], after: Position): Promise<StoredAlongside> {
    const concerned = servers.filter((server) => this.#concerns(server));
    for (const server of concerned) await this.#cursors.of(server);
    return {
      operations: () => concerned.map((server) => this.#cursors.lower(server, shard, after)),
      published: () => {
        for (const server of concerned) this.#of(server).resume();
      },
    };
  }

  /** Notes that an event of this server goes to the others of its room from another one. */
  passOver(eventId: string): void {
    this.#delivered.add(eventId);
  }

  /** Sends an EDU that matters only now. @param key - Another one with the same key replaces it. */
  sendEphemeral(servers: Iterable<string>, key: string, edu: Edu): void {
    for (const server of servers) if (this.#concerns(server)) this.#of(server).offerEphemeral(key, edu);
  }

  /**
   * What stores EDUs that must reach servers. They are appended in the same tick, so that their numbers are in the order of their commits;
   * {@link Sender.noteOutbox} is to be called then.
   */
  outbox(edus: readonly OutgoingEdu[]): WriteOperation[] {
    const concerned = edus.filter(({ server }) => this.#concerns(server));
    const stored = concerned.map(({ server, edu }) => operation(insertOutbox, this.#outboxNumbers.next(0), server, JSON.stringify(edu)));
    return [...stored, ...concerned.flatMap(({ server }) => this.#trims(server))];
  }

  /** Looks once in a while whether too much waits for a server. */
  #trims(server: string): WriteOperation[] {
    const count = (this.#sinceTrim.get(server) ?? 0) + 1;
    this.#sinceTrim.set(server, count % TRIM_INTERVAL);
    if (count < TRIM_INTERVAL) return [];
    return [
      operation(trimOutbox, server, limits.destinationOutbox.value),
      operation(trimOutboxBytes, server, limits.destinationOutboxBytes.value),
    ];
  }

  /** Begins to send what was stored for some servers. */
  noteOutbox(servers: Iterable<string>): void {
    for (const server of servers) if (this.#concerns(server)) this.#of(server).offerOutbox();
  }

  /** A server was heard from: it is tried again at once. */
  heardFrom(server: string): void {
    const known = this.#destinations.get(server);
    if (known && known.attempts > 0) known.retry();
  }

  /** The servers for which something waits, and how often in a row they have failed. */
  waiting(): { readonly server: string; readonly attempts: number }[] {
    return [...this.#destinations.values()].filter(({ isIdle }) => !isIdle).map(({ server, attempts }) => ({ server, attempts }));
  }

  /** What was sent to servers, and what waits for them: a row for each of some, and one for all others, the last. */
  figures(): DestinationFigures[] {
    return this.#meter.figures([...this.#destinations.values()].map(({ figures }) => figures));
  }

  /** Whether those of some servers that answer have everything up to a cut that concerns them. */
  isSettled(cut: PositionVector, servers: ReadonlySet<string>): boolean {
    if (cut.some((counter, shard) => (this.#reader?.cut[shard] ?? 0) < counter)) return false;
    return this.waiting().every(({ server, attempts }) => attempts > 0 || !servers.has(server));
  }

  /** Waits until a server has what has happened here by now, if it answers, and not longer than some milliseconds. */
  async settled(server: string, patienceMs: number): Promise<void> {
    const { log, clock } = this.#parts.rooms.core;
    const { committed } = log;
    const servers = new Set([server]);
    const endMs = clock.elapsed() + patienceMs;
    while (!this.isSettled(committed, servers) && clock.elapsed() < endMs && !this.#stopped.signal.aborted)
      await pauseFor(clock, LOOK_INTERVAL_MS, this.#stopped.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader?.[Symbol.asyncDispose]();
    this.#stopped.abort();
    await Promise.all([...this.#destinations.values()].map((known) => known.stopped()));
  }

  #concerns(server: string): boolean {
    return server !== this.#parts.rooms.core.serverName && this.#parts.mayAsk(server);
  }

  async #offer(events: readonly StoredEvent[]): Promise<readonly WriteOperation[]> {
    const begun: WriteOperation[] = [];
    for (const event of events)
      for (const server of await this.#serversOf(event)) {
        const isKnown = (await this.#cursors.of(server)).length > 0;
        if (!isKnown) begun.push(this.#cursors.begin(server));
        this.#of(server).offer(event.nid);
      }
    return begun;
  }

  /** The servers that an event goes to. */
  async #serversOf(event: StoredEvent): Promise<Set<string>> {
    const { rooms, roomServers } = this.#parts;
    const { fields, eventId } = event;
    const isForwarded = this.#forwarded.delete(eventId);
    if (this.#delivered.delete(eventId)) return new Set();
    if (!isForwarded && !isLocalUser(rooms.core, fields.sender)) return new Set();
    const servers = new Set(await roomServers.joinedAt({ nid: fields.roomNid }, fields.nid));
    // Whoever is put out from outside, where an invite is taken back, has it from nobody else.
    const membership = fields.type === "m.room.member" ? event.content["membership"] : undefined;
    const target = membership === "leave" || membership === "ban" ? serverOf(fields.stateKey) : undefined;
    if (target !== undefined) servers.add(target);
    servers.delete(serverOf(fields.sender) ?? "");
    for (const server of servers) if (!this.#concerns(server)) servers.delete(server);
    return servers;
  }

  #of(server: string): Destination {
    const known = this.#destinations.get(server);
    if (known) return known;
    const destination = new Destination(server, this.#portsOf(server), this.#stopped.signal, this.#outboxSent.get(server));
    this.#destinations.set(server, destination);
    return destination;
  }

  #portsOf(server: string): ConstructorParameters<typeof Destination>[1] {
    const { rooms, client, failed } = this.#parts;
    const { core } = rooms;
    return {
      serverName: core.serverName,
      client,
      clock: core.clock,
      pdus: (eventNids) => this.#pdus(server, eventNids),
      outbox: (after, limit) => this.#waitingFor(server, after, limit),
      missed: () => this.#cursors.readMissed(server, (sent) => missedEvents(this.#parts, server, sent)),
      reached: ({ outboxNid, eventNid, isCaughtUp }) => this.#note(server, { outboxNid, eventNid, isCaughtUp }),
      failed: (error, retryMs) => {
        this.#meter.failed(server, error);
        failed(server, error, retryMs);
      },
      delivered: (sent) => this.#meter.delivered(server, sent),
      // What is left of it is how far it has got.
      idle: () => {
        this.#destinations.delete(server);
        this.#sinceTrim.delete(server);
      },
      pause: (ms, signal) => pauseFor(core.clock, ms, signal),
    };
  }

  async #waitingFor(server: string, after: number, limit: number): Promise<OutboxItem[]> {
    const items: OutboxItem[] = [];
    for (const { edu_nid: nid, json } of await this.#parts.rooms.core.store.all(outboxOf, server, after, limit)) {
      const turn = turnIfDue();
      if (turn) await turn;
      // Only EDUs are stored.
      items.push({ nid, edu: await this.#parts.complete(JSON.parse(json) as Edu) });
    }
    return items;
  }

  async #pdus(server: string, eventNids: readonly number[]): Promise<JsonObject[]> {
    const events = await this.#parts.rooms.events.load(eventNids);
    const inOrder = eventNids.flatMap((nid) => events.get(nid) ?? []);
    return (await visibleTo(this.#parts, server, inOrder)).map((event) => this.#parts.signed.pdu(event));
  }

  /** Stores how far a destination has got. */
  #note(
    server: string,
    {
      outboxNid,
      eventNid,
      isCaughtUp,
    }: { readonly outboxNid?: number | undefined; readonly eventNid?: number | undefined; readonly isCaughtUp: boolean },
  ): void {
    const { log } = this.#parts.rooms.core;
    if (outboxNid !== undefined) {
      this.#outboxSent.set(server, outboxNid);
      log.carry(operation(deleteOutbox, server, outboxNid), () => {
        if (this.#outboxSent.get(server) === outboxNid) this.#outboxSent.delete(server);
      });
    }
    this.#cursors.reached(server, { eventNid, isCaughtUp });
  }

  /** Takes up events that were not sent before the server ended. */
  async #resume(): Promise<void> {
    const { core } = this.#parts.rooms;
    const places = new Semaphore(RESUMED_AT_ONCE);
    const known = (await core.store.all(allDestinations)).filter(({ server, sent }) => sent !== null && this.#concerns(server));
    await Promise.all(
      known.map((row) =>
        places.run(async () => {
          const turn = turnIfDue();
          if (turn) await turn;
          if (await this.#mayHaveMissed(row.server, this.#cursors.remember(row.server, row))) this.#of(row.server).resume();
        }),
      ),
    );
  }

  /** Whether something has happened in a server's rooms since it has got everything. */
  async #mayHaveMissed(server: string, sent: readonly Position[]): Promise<boolean> {
    const { rooms } = this.#parts;
    return (await roomsFor(rooms, server, sent)).some((nid) => {
      const room = rooms.byNid(nid);
      return room !== undefined && room.end > placeAfter(sent[room.shard] ?? 0);
    });
  }
}
