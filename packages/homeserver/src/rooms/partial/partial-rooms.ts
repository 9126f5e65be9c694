import { LruCache } from "@patrix/concurrency";
import type { Core } from "../../log/core.ts";
import { isCovered, type Position, type PositionVector } from "../../log/position.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { completePartialRoom, deletePartialRoom, partialRooms, upsertPartialRoom } from "../../store/statements/partial-rooms.ts";
import { RoomError } from "../errors.ts";

/** What is known of a room whose members have not come yet. */
export interface PartialRoom {
  /** The join from which on states lack members. */
  readonly joinNid: number;
  /** The server that the room was joined by. */
  readonly server: string;
  /** The other servers that were in the room before the join. */
  readonly servers: ReadonlySet<string>;
}

/** That the members of a room have come. */
export interface Completion {
  readonly pos: Position;
  /** Whether something is not so any more that clients were told. */
  readonly hasChanged: boolean;
}

/** How many rooms that were left are remembered. */
const LEFT_ROOMS = 1_000;
/** How long somebody waits for the members of a room, in milliseconds. */
const WAIT_MS = 60_000;

/**
 * The rooms that were joined without their members: which of them still lack some, and where in the log those of the others came.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv2send_joinroomideventid}
 */
export class PartialRooms {
  readonly #core: Core;
  readonly #partial = new Map<number, PartialRoom>();
  readonly #completions = new Map<number, Completion>();
  /** Rooms that this server has left since: their servers are still to hear of that. */
  readonly #left = new LruCache<number, PartialRoom>(LEFT_ROOMS);
  readonly #waiters = new Map<number, Set<() => void>>();
  /** Hear of rooms that begin to lack members. */
  readonly began: Set<(roomNid: number) => void> = new Set();
  /** Hear of rooms whose members have come. */
  readonly completed: Set<(roomNid: number) => void> = new Set();

  private constructor(core: Core) {
    this.#core = core;
  }

  /** Reads those of a store. */
  static async open(core: Core): Promise<PartialRooms> {
    const rooms = new PartialRooms(core);
    for (const row of await core.store.all(partialRooms)) {
      if (row.completed_pos !== null) rooms.#completions.set(row.room_nid, { pos: row.completed_pos, hasChanged: row.changed !== 0 });
      // The column holds only what was put there below.
      else if (row.join_nid !== null)
        rooms.#partial.set(row.room_nid, {
          joinNid: row.join_nid,
          server: row.server ?? "",
          servers: new Set(JSON.parse(row.servers ?? "[]") as string[]),
        });
    }
    return rooms;
  }

  /** The room of a number, if its members have not come. */
  of(roomNid: number): PartialRoom | undefined {
    return this.#partial.get(roomNid);
  }

  /** The servers that were in a room whose members have not come, before the join; also where this server has left it since. */
  serversOf(roomNid: number): PartialRoom["servers"] | undefined {
    return (this.#partial.get(roomNid) ?? this.#left.get(roomNid))?.servers;
  }

  /** Whether a server was in such a room before a join that came at a position or earlier. */
  wasIn(roomNid: number, server: string, pos: Position): boolean {
    const partial = this.#partial.get(roomNid) ?? this.#left.get(roomNid);
    return partial !== undefined && partial.joinNid <= pos && partial.servers.has(server);
  }

  /** The numbers of all rooms whose members have not come. */
  all(): number[] {
    return [...this.#partial.keys()];
  }

  /** Where in the log the members of a room came, if they were missing once; always the same object for one completion. */
  completionOf(roomNid: number): Completion | undefined {
    return this.#completions.get(roomNid);
  }

  /** That the members of a room came between two cuts. */
  completedBetween(roomNid: number, since: PositionVector, now?: PositionVector): Completion | undefined {
    const completion = this.#completions.get(roomNid);
    if (!completion || isCovered(since, completion.pos)) return undefined;
    return now && !isCovered(now, completion.pos) ? undefined : completion;
  }

  /** What stores that a room lacks members. */
  beginOperation(roomNid: number, { joinNid, server, servers }: PartialRoom): WriteOperation {
    return operation(upsertPartialRoom, roomNid, joinNid, server, JSON.stringify([...servers]));
  }

  /** Makes visible that a room lacks members. */
  applyBegin(roomNid: number, partial: PartialRoom): void {
    this.#partial.set(roomNid, partial);
    this.#completions.delete(roomNid);
    this.#left.delete(roomNid);
    for (const listener of this.began) listener(roomNid);
  }

  /** What stores that the members of a room have come. */
  completeOperation(roomNid: number, { pos, hasChanged }: Completion): WriteOperation {
    return operation(completePartialRoom, roomNid, pos, Number(hasChanged));
  }

  /** Makes visible that the members of a room have come. */
  applyComplete(roomNid: number, completion: Completion): void {
    this.#partial.delete(roomNid);
    this.#completions.set(roomNid, completion);
    this.#wake(roomNid);
  }

  /** Tells those who follow that the members of a room have come, once all of them are visible. */
  tellComplete(roomNid: number): void {
    for (const listener of this.completed) listener(roomNid);
  }

  /** What was known of a room that this server has left since. */
  leftOf(roomNid: number): PartialRoom | undefined {
    return this.#left.get(roomNid);
  }

  /** Takes up a room that this server has left, as it was; {@link PartialRooms.applyBegin} is to follow. */
  async resume(roomNid: number, partial: PartialRoom): Promise<void> {
    await this.#core.log.append({
      positions: [],
      operations: [this.beginOperation(roomNid, partial)],
      publish: () => {
        this.#partial.set(roomNid, partial);
        this.#left.delete(roomNid);
      },
    });
  }

  /** Gives up a room that this server is not in any more. */
  async end(roomNid: number, partial: PartialRoom): Promise<void> {
    if (this.#partial.get(roomNid) !== partial) return;
    await this.#core.log.append({
      positions: [],
      operations: [operation(deletePartialRoom, roomNid)],
      publish: () => {
        this.forget(roomNid);
        this.#left.set(roomNid, partial);
      },
    });
  }

  /** Forgets a room, once that is stored. */
  forget(roomNid: number): void {
    this.#partial.delete(roomNid);
    this.#completions.delete(roomNid);
    this.#left.delete(roomNid);
    this.#wake(roomNid);
  }

  /**
   * Waits until nothing of a room's members is missing, or nobody of this server is in it any more.
   *
   * @param patienceMs - How long at most, in milliseconds.
   * @returns Whether it has come so.
   */
  async settled(roomNid: number, patienceMs: number = WAIT_MS): Promise<boolean> {
    if (!this.#partial.has(roomNid)) return true;
    const waiters = this.#waiters.get(roomNid) ?? new Set<() => void>();
    this.#waiters.set(roomNid, waiters);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        timer.cancel();
        waiters.delete(done);
        resolve();
      };
      const timer = this.#core.clock.after(patienceMs, done);
      waiters.add(done);
    });
    return !this.#partial.has(roomNid);
  }

  /** As {@link PartialRooms.settled}. @throws {RoomError} `OVERLOADED` where the members have not come in time. */
  async requireWhole(roomNid: number): Promise<void> {
    if (!(await this.settled(roomNid)))
      throw new RoomError("OVERLOADED", "the members of the room are still being fetched from other servers: try again later");
  }

  #wake(roomNid: number): void {
    const waiters = this.#waiters.get(roomNid) ?? [];
    this.#waiters.delete(roomNid);
    for (const done of waiters) done();
  }
}
