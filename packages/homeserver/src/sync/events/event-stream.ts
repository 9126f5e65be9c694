import { OverloadedError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { keyOfRoom } from "../../log/wake-ups.ts";
import { formatTimelineToken, type Place } from "../../rooms/timeline/place.ts";
import { nextTurn } from "../../turns.ts";
import type { SyncDevice } from "../cuts/sync-sources.ts";
import { requireStanding } from "../require-standing.ts";
import { formatSyncToken, readPlace, readSyncToken } from "../sync-token.ts";
import { type EventStreamParts, type RoomEvents, StreamedEvents } from "./streamed-events.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
/** The longest that a client waits for something new, in milliseconds. */
const MAX_TIMEOUT_MS = 120_000;

/** From where on a client wants events, and how long it waits for them. */
export interface StreamQuery {
  readonly from?: string | undefined;
  readonly timeout?: number | undefined;
}

/** As {@link StreamQuery}, of one room. */
export interface RoomStreamQuery extends StreamQuery {
  readonly roomId: string;
}

/** A stretch of the event stream. */
export interface StreamPage {
  readonly start: string;
  readonly end: string;
  readonly rooms: readonly RoomEvents[];
}

/** Something to wait for: what it brings from a point on, and where that ends. */
interface Source<Point> {
  /** The key of its news. */
  readonly key: number;
  readonly read: (from: Point) => Promise<{ readonly rooms: readonly RoomEvents[]; readonly end: Point }>;
  readonly format: (point: Point) => string;
}

/**
 * The event stream of before `/sync`, which old clients follow, and by which others watch rooms that they are not in.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events}
 */
export class EventStream {
  readonly #parts: EventStreamParts;
  readonly #streamed: StreamedEvents;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
    this.#streamed = new StreamedEvents(parts);
  }

  /** Waits for events of the user's rooms. @throws {SyncError} `INVALID_TOKEN`, `LOGGED_OUT` or `LOCKED`. */
  async ofUser(device: SyncDevice, query: StreamQuery, signal: AbortSignal): Promise<StreamPage> {
    const { core } = this.#parts.rooms;
    const { positions } =
      query.from === undefined ? { positions: core.log.committed } : readSyncToken(core, "query parameter from", query.from);
    const source: Source<readonly number[]> = {
      key: device.userNid,
      read: (from) => this.#streamed.ofUser(device, from),
      format: (point) => formatSyncToken({ positions: point, ephemeral: 0 }),
    };
    return this.#wait(device, source, { from: positions, query, signal });
  }

  /** Waits for events of a room, for members and where its history is world readable. @throws {RoomError} @throws {SyncError} */
  async ofRoom(device: SyncDevice, query: RoomStreamQuery, signal: AbortSignal): Promise<StreamPage> {
    const { roomId } = query;
    const { rooms, reader } = this.#parts;
    const room = await reader.present(roomId, device.userNid);
    const from = query.from === undefined ? room.view.end : readPlace(rooms.core, "query parameter from", query.from, room.shard);
    const source: Source<Place> = {
      key: keyOfRoom(room.nid),
      read: (place) => this.#streamed.ofRoom(device, roomId, place),
      format: formatTimelineToken,
    };
    return this.#wait(device, source, { from, query, signal });
  }

  async #wait<Point>(
    device: SyncDevice,
    { key, read, format }: Source<Point>,
    { from, query, signal }: { readonly from: Point; readonly query: StreamQuery; readonly signal: AbortSignal },
  ): Promise<StreamPage> {
    const { rooms, sources } = this.#parts;
    const { wakeUps, clock } = rooms.core;
    const deadline = clock.elapsed() + Math.min(Math.max(query.timeout ?? DEFAULT_TIMEOUT_MS, 0), MAX_TIMEOUT_MS);
    if (wakeUps.countOf(device.userNid) >= limits.waitingSyncs.value)
      throw new OverloadedError("too many syncs of this user at once", 5_000);
    // Whoever watches a room counts among the user's syncs as well.
    using _own = wakeUps.register(device.userNid);
    using waiter = wakeUps.register(key);
    for (let at = from; ;) {
      await nextTurn();
      const found = await read(at);
      const remaining = deadline - clock.elapsed();
      if (found.rooms.length > 0 || remaining <= 0 || signal.aborted)
        return { start: format(from), end: format(found.end), rooms: found.rooms };
      at = found.end;
      if (await waiter.wait(remaining, signal)) requireStanding(await sources.standingOf(device.deviceNid));
    }
  }
}
