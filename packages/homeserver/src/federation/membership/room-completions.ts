import { Semaphore } from "@patrix/concurrency";
import { type BackgroundFailure, inBackground } from "../../background.ts";
import { isLocalUser } from "../../log/core.ts";
import { limits } from "../../limits.ts";
import { pauseFor } from "../../pause-for.ts";
import { isOwnTrouble } from "../errors.ts";
import type { Position } from "../../log/position.ts";
import type { FetchedState, StoredAlongside } from "../../rooms/partial/complete-room.ts";
import type { PartialRoom } from "../../rooms/partial/partial-rooms.ts";
import type { Room, RoomHandle } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { RoomHistory } from "../history/room-history.ts";
import type { RoomServers } from "../room-servers.ts";

/** How many rooms are completed at once. */
const ROOMS_AT_ONCE = 4;
/** How long a server may take for the state of a room, in milliseconds, and how large that may be, in bytes. */
const TIMEOUT_MS = 120_000;
const MAX_STATE_BYTES = 256 * 1024 * 1024;
/** After how long servers are asked again, at first and at most, in milliseconds. */
const [FIRST_RETRY_MS, LAST_RETRY_MS] = [1_000, 600_000];
/** How long it is paused at least, also where a server that may help was heard from meanwhile. */
const PAUSED_MS = 5_000;
/** In how many rounds servers are asked that have failed a moment ago: somebody waits for the room. */
const IMPATIENT_ROUNDS = 6;
/** After how many rounds a state may differ from what the room was joined with: nobody else tells that any more. */
const STRICT_ROUNDS = 10;

/** What fetches the members of rooms that were joined without them. */
export interface RoomCompletionParts {
  readonly rooms: Rooms;
  readonly roomServers: RoomServers;
  readonly history: RoomHistory;
  readonly mayAsk: (server: string) => boolean;
  /** Takes in the state before the join. @returns Whether the room is complete. */
  readonly complete: (room: RoomHandle, partial: PartialRoom, fetched: FetchedState) => Promise<boolean>;
  /** What has servers that were not known to be in a room get what happened there after a number. */
  readonly owe: (room: Room, servers: readonly string[], after: Position) => Promise<StoredAlongside>;
  /** Told of a room that is complete, and of those servers. */
  readonly completed: (room: Room, servers: readonly string[]) => Promise<void>;
  readonly failed: BackgroundFailure;
}

/** How servers are asked for the members of a room. */
interface AskedRound {
  /** Counts from 1. */
  readonly round: number;
  readonly isStrict: boolean;
  readonly signal: AbortSignal;
}

/** Fetches the members of rooms that were joined without them, until they are here or the room is left. */
export class RoomCompletions implements AsyncDisposable {
  readonly #parts: RoomCompletionParts;
  readonly #slots = new Semaphore(ROOMS_AT_ONCE);
  readonly #working = new Map<number, Promise<void>>();
  /** Ends the work on a room. */
  readonly #leaving = new Map<number, AbortController>();
  readonly #stopped = new AbortController();
  /** Ends the pause before the next round, by room. */
  readonly #paused = new Map<number, () => void>();

  constructor(parts: RoomCompletionParts) {
    this.#parts = parts;
    const { rooms } = parts;
    rooms.partial.began.add((roomNid) => this.#begin(roomNid));
    rooms.onMembership((room, userNid, { membership, before }) => {
      if (membership === "join" || before?.membership !== "join" || !rooms.partial.of(room.nid)) return;
      void inBackground(this.#noteLeft(room, userNid), (error) => parts.failed("a room that was left could not be given up", error));
    });
  }

  /** Takes up the rooms whose members had not come when the server ended. */
  start(): void {
    for (const roomNid of this.#parts.rooms.partial.all()) this.#begin(roomNid);
  }

  /** A server was heard from: the rooms that it may help with wait no longer. */
  heardFrom(server: string): void {
    for (const [roomNid, end] of this.#paused) if (this.#parts.rooms.partial.serversOf(roomNid)?.has(server)) end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    for (const leaving of this.#leaving.values()) leaving.abort();
    await Promise.all(this.#working.values());
  }

  #begin(roomNid: number): void {
    if (this.#stopped.signal.aborted) return;
    // One that is still at work for an earlier join ends, and this one follows.
    this.#leaving.get(roomNid)?.abort();
    const leaving = new AbortController();
    this.#leaving.set(roomNid, leaving);
    const earlier = this.#working.get(roomNid) ?? Promise.resolve();
    const work = earlier.then(() => this.#run(roomNid, leaving.signal));
    const working = inBackground(work, (error) => this.#parts.failed("the members of a room could not be fetched", error)).finally(() => {
      if (this.#working.get(roomNid) === working) this.#working.delete(roomNid);
      if (this.#leaving.get(roomNid) === leaving) this.#leaving.delete(roomNid);
    });
    this.#working.set(roomNid, working);
  }

  async #noteLeft(room: RoomHandle, userNid: number): Promise<void> {
    const { rooms, roomServers } = this.#parts;
    const partial = rooms.partial.of(room.nid);
    if (!partial || !isLocalUser(rooms.core, await rooms.core.users.text(userNid)) || (await roomServers.isHere(room))) return;
    this.#leaving.get(room.nid)?.abort();
    await rooms.partial.end(room.nid, partial);
  }

  async #run(roomNid: number, signal: AbortSignal): Promise<void> {
    const { rooms, roomServers } = this.#parts;
    const room = rooms.byNid(roomNid);
    const partial = rooms.partial.of(roomNid);
    if (!room || !partial) return;
    let pauseMs = FIRST_RETRY_MS;
    for (let round = 1; !signal.aborted && rooms.partial.of(roomNid) === partial; round++) {
      if (!(await roomServers.isHere(room))) return rooms.partial.end(roomNid, partial);
      if (await this.#slots.run(() => this.#round(room, partial, { round, isStrict: round <= STRICT_ROUNDS, signal }))) return;
      await this.#pause(roomNid, pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LAST_RETRY_MS);
    }
  }

  async #pause(roomNid: number, pauseMs: number, signal: AbortSignal): Promise<void> {
    const heard = new AbortController();
    const end = (): void => heard.abort();
    this.#paused.set(roomNid, end);
    const { clock } = this.#parts.rooms.core;
    await pauseFor(clock, Math.min(pauseMs, PAUSED_MS), signal);
    if (pauseMs > PAUSED_MS) await pauseFor(clock, pauseMs - PAUSED_MS, AbortSignal.any([signal, heard.signal]));
    if (this.#paused.get(roomNid) === end) this.#paused.delete(roomNid);
  }

  /** Asks some servers, the one first that let the user in. @returns Whether the room is complete. */
  async #round(room: Room, partial: PartialRoom, asked: AskedRound): Promise<boolean> {
    const { rooms, roomServers, mayAsk, failed } = this.#parts;
    const present = await roomServers.joined(room);
    const others = present.filter((server) => server !== partial.server && server !== rooms.core.serverName);
    const most = limits.completionServers.value - 1;
    const servers = [partial.server, ...inTurn(others.filter(mayAsk), (asked.round - 1) * most, most)].filter(mayAsk);
    for (const server of servers) {
      if (asked.signal.aborted) return false;
      try {
        if (await this.#by(server, room, partial, asked)) return true;
      } catch (error) {
        if (asked.signal.aborted) return false;
        failed("a server did not give the members of a room", error);
        if (isOwnTrouble(error)) return false;
      }
    }
    return false;
  }

  async #by(server: string, room: Room, partial: PartialRoom, { round, isStrict, signal }: AskedRound): Promise<boolean> {
    const { rooms, roomServers, history, complete, owe, completed } = this.#parts;
    const join = await rooms.events.get(partial.joinNid);
    if (!join) return false;
    const ignoreBackoff = round <= IMPATIENT_ROUNDS;
    const options = { signal, timeoutMs: TIMEOUT_MS, maxResponseSizeBytes: MAX_STATE_BYTES, ignoreBackoff };
    const [before, ...more] = join.authEvent.prev_events;
    // Every server of the room has what was before the join; the join itself may be on its way.
    const stateIds =
      before !== undefined && more.length === 0
        ? await history.stateAfter(server, room, before, options)
        : await history.stateBefore(server, room, join.eventId, options);
    signal.throwIfAborted();
    let found: string[] = [];
    const alongside = async (): Promise<StoredAlongside> => {
      // Those that became known since the join, by events that authorise others, had not been told of what was before.
      found = (await roomServers.joined(room)).filter((name) => name !== rooms.core.serverName && !partial.servers.has(name));
      return owe(room, found, partial.joinNid);
    };
    if (!(await complete(room, partial, { stateIds, isStrict, alongside }))) return false;
    await completed(room, found);
    return true;
  }
}

/** Some of a list, from a place on, and from the beginning again behind its end. */
function inTurn(all: readonly string[], from: number, count: number): string[] {
  const start = all.length === 0 ? 0 : from % all.length;
  return [...all.slice(start), ...all.slice(0, start)].slice(0, count);
}
