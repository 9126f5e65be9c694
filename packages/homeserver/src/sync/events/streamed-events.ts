import { limits } from "../../limits.ts";
import { counterOf, isCovered, lastCovered, type PositionVector, shardOf } from "../../log/position.ts";
import type { InviterTest } from "../../rooms/membership/unwanted-invites.ts";
import type { RoomReader } from "../../rooms/read/room-reader.ts";
import type { Visibility } from "../../rooms/read/visibility.ts";
import type { Room, RoomHandle } from "../../rooms/room.ts";
import type { Rooms, UserMembership } from "../../rooms/rooms.ts";
import { type Place, placeAfter, placeAtCut } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { Timelines } from "../../rooms/timeline/timelines.ts";
import { turnIfDue } from "../../turns.ts";
import type { SyncDevice, SyncSources } from "../cuts/sync-sources.ts";

/** Events of a room, in their order. */
export interface RoomEvents {
  readonly room: Room;
  readonly events: readonly StoredEvent[];
}

/** What the event stream reads from. */
export interface EventStreamParts {
  readonly rooms: Rooms;
  readonly reader: RoomReader;
  readonly timelines: Timelines;
  readonly visibility: Visibility;
  readonly sources: Pick<SyncSources, "standingOf" | "ignoredUsers" | "unwantedInviters">;
}

/** Reads what the event stream tells. */
export class StreamedEvents {
  readonly #parts: EventStreamParts;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
  }

  /**
   * The next events of a user's rooms after a cut, a page at most: of the joined ones what the user sees, of the others what ended or began
   * the user's membership.
   */
  async ofUser(device: SyncDevice, from: PositionVector): Promise<{ readonly rooms: RoomEvents[]; readonly end: PositionVector }> {
    const { rooms } = this.#parts;
    const own = await rooms.ofUser(device.userNid);
    const now = rooms.core.log.committed;
    const hearing = await this.#hearing(device);
    let next: StoredEvent[] = [];
    for (const [nid, membership] of own) {
      const room = rooms.byNid(nid);
      if (!room) continue;
      const turn = turnIfDue();
      if (turn) await turn;
      const events = await this.#newIn(room, membership, { from, now });
      if (events.length > 0) next = first([...next, ...events]);
    }
    const left = next[limits.streamEvents.value];
    const page = next.slice(0, limits.streamEvents.value).filter((event) => isHeard(event, hearing));
    const shown: RoomEvents[] = [];
    for (const roomNid of new Set(page.map(({ fields }) => fields.roomNid))) {
      const room = rooms.byNid(roomNid);
      if (!room) continue;
      const events = await this.#seen(room, device, {
        events: page.filter(({ fields }) => fields.roomNid === roomNid),
        own: own.get(roomNid),
      });
      if (events.length > 0) shown.push({ room, events });
    }
    return { rooms: shown, end: left ? cutBefore(left, { from, now }) : now };
  }

  /** The next events of a room after a place, a page at most. @throws {RoomError} `FORBIDDEN` for who may not read it. */
  async ofRoom(device: SyncDevice, roomId: string, from: Place): Promise<{ readonly rooms: RoomEvents[]; readonly end: Place }> {
    const { rooms, reader, timelines, visibility } = this.#parts;
    const room = await reader.present(roomId, device.userNid);
    const end = room.view.end;
    const page = await timelines.forward(room, { after: from, upTo: end }, limits.streamEvents.value);
    const hearing = await this.#hearing(device);
    const heard = page.filter((event) => isHeard(event, hearing));
    const events = await visibility.filter(room, device.userNid, heard);
    const last = page.length < limits.streamEvents.value ? undefined : page.at(-1)?.fields.place;
    return { rooms: events.length > 0 ? [{ room: rooms.get(roomId), events }] : [], end: last ?? end };
  }

  async #hearing({ userNid, userId }: SyncDevice): Promise<Hearing> {
    const { sources } = this.#parts;
    return { userId, ignored: await sources.ignoredUsers(userNid), isUnwanted: await sources.unwantedInviters(userNid) };
  }

  async #newIn(room: Room, { membership, pos, eventNid, forgotten }: UserMembership, { from, now }: Span): Promise<StoredEvent[]> {
    const { rooms, timelines } = this.#parts;
    const [after, upTo] = [placeAtCut(from, room.shard), placeAtCut(now, room.shard)];
    if (membership === "join") return room.end <= after ? [] : timelines.forward(room, { after, upTo }, limits.streamEvents.value + 1);
    if (forgotten || placeAfter(pos) <= after || !isCovered(now, pos)) return [];
    const event = await rooms.events.get(eventNid);
    return event ? [event] : [];
  }

  async #seen(room: RoomHandle, { userNid }: SyncDevice, { events, own }: OwnEvents): Promise<readonly StoredEvent[]> {
    // One's own membership is no secret.
    if (own?.membership !== "join") return events;
    return this.#parts.visibility.filter(await this.#parts.rooms.load(room), userNid, events);
  }
}

/** What lies between two cuts. */
interface Span {
  readonly from: PositionVector;
  readonly now: PositionVector;
}

/** Events of a room of the user's, with the membership there. */
interface OwnEvents {
  readonly events: readonly StoredEvent[];
  readonly own: UserMembership | undefined;
}

/** Of whom a user wants to hear. */
interface Hearing {
  readonly userId: string;
  readonly ignored: ReadonlySet<string>;
  readonly isUnwanted: InviterTest;
}

/** Whether an event is told: of those who are ignored nothing but state, and no invite that the user does not want. */
function isHeard({ fields, content }: StoredEvent, { userId, ignored, isUnwanted }: Hearing): boolean {
  if (fields.stateKey === userId && content["membership"] === "invite") return isUnwanted?.(fields.sender) !== true;
  return !ignored.has(fields.sender) || fields.stateKey !== undefined;
}

/** The first events of several rooms, one more than a page has. */
function first(events: readonly StoredEvent[]): StoredEvent[] {
  return events.toSorted((a, b) => a.nid - b.nid).slice(0, limits.streamEvents.value + 1);
}

/** The cut that covers everything of a stretch before an event. */
function cutBefore({ nid }: StoredEvent, { from, now }: Span): PositionVector {
  return now.map((counter, shard) => {
    const before = shard < shardOf(nid) ? counterOf(nid) : counterOf(nid) - 1;
    return Math.max(counterOf(lastCovered(from, shard)), Math.min(counter, before));
  });
}
