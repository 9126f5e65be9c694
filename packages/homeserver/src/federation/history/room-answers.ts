import type { JsonObject } from "@patrix/api";
import { limits } from "../../limits.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import { eventAtTime, type TimeQuery } from "../../rooms/read/event-at-time.ts";
import { eventsInOrder, stateEvent } from "../../rooms/read/state-event.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { RoomState } from "../../rooms/state/room-state.ts";
import { eventStatus, type StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { turnIfDue } from "../../turns.ts";
import { authChain } from "../auth-chains.ts";
import { FederatedError } from "../errors.ts";
import type { RoomServers } from "../room-servers.ts";
import type { ServerAcls } from "../server-acl.ts";
import type { SignedEvents } from "../signed-events.ts";
import { seenByServer } from "./server-sight.ts";

/** What answers are read from. */
export interface RoomAnswerParts extends Pick<RoomParts, "rooms"> {
  readonly roomServers: RoomServers;
  readonly acls: ServerAcls;
  readonly signed: SignedEvents;
}

/** A state and what authorises it. */
export interface StateWithAuth {
  readonly state: readonly StoredEvent[];
  readonly authChain: readonly StoredEvent[];
}

/** What other servers may ask of the rooms that they are in. */
export class RoomAnswers {
  readonly #parts: RoomAnswerParts;

  constructor(parts: RoomAnswerParts) {
    this.#parts = parts;
  }

  /** A room that a server is in, and may be. @throws {FederatedError} `ROOM_NOT_FOUND`, `NOT_IN_ROOM` or `FORBIDDEN`. */
  async room(origin: string, roomId: string): Promise<LoadedRoom> {
    const { rooms, roomServers, acls } = this.#parts;
    const room = rooms.find(roomId);
    if (!room || !(await roomServers.isHere(room))) throw new FederatedError("ROOM_NOT_FOUND", `this server is not in the room ${roomId}`);
    await acls.require(room, origin);
    if (!(await roomServers.isJoined(room, origin))) throw new FederatedError("NOT_IN_ROOM", `${origin} is not in the room`);
    const loaded = await rooms.load(room);
    if (rooms.partial.of(room.nid) && !(await isShownToServers(rooms, loaded))) throw notWhole();
    return loaded;
  }

  /** As {@link RoomAnswers.room}, where all members are known. @throws {FederatedError} `NOT_IN_ROOM` too where they are not. */
  async wholeRoom(origin: string, roomId: string): Promise<LoadedRoom> {
    const room = await this.room(origin, roomId);
    if (this.#parts.rooms.partial.of(room.nid)) throw notWhole();
    return room;
  }

  /** The state before an event, and what authorises it. @throws {FederatedError} `EVENT_NOT_FOUND` and those of {@link room}. */
  async stateBefore(origin: string, roomId: string, eventId: string): Promise<StateWithAuth> {
    const room = await this.wholeRoom(origin, roomId);
    const event = await this.#event(room, eventId);
    return this.stateOf(await this.#parts.rooms.stateGroups.load(event.fields.stateNid));
  }

  /** The events of a state, and what authorises them. */
  async stateOf(state: RoomState): Promise<StateWithAuth> {
    const { rooms } = this.#parts;
    const events = await eventsInOrder(
      rooms,
      [...state.entries()].map(([, nid]) => nid),
    );
    return { state: events, authChain: await authChain(rooms, events) };
  }

  /** What authorises an event. @throws {FederatedError} `EVENT_NOT_FOUND` and those of {@link room}. */
  async authChain(origin: string, roomId: string, eventId: string): Promise<StoredEvent[]> {
    const room = await this.room(origin, roomId);
    const event = await this.#parts.rooms.events.byId(eventId);
    if (!event || event.fields.roomNid !== room.nid) throw notFound(eventId);
    return authChain(this.#parts.rooms, [event]);
  }

  /** One event, redacted where the server may not see it. @throws {FederatedError} `EVENT_NOT_FOUND` and those of {@link room}. */
  async event(origin: string, eventId: string): Promise<JsonObject> {
    const { rooms } = this.#parts;
    const event = await rooms.events.byId(eventId);
    const room = event && rooms.byNid(event.fields.roomNid);
    if (!event || !room || event.fields.status === eventStatus.rejected) throw notFound(eventId);
    const loaded = await this.room(origin, room.id);
    const [pdu] = await this.shown(loaded, origin, [event]);
    if (!pdu) throw notFound(eventId);
    return pdu;
  }

  /**
   * The history that leads to some events, those among it, newest first.
   *
   * @throws {FederatedError} Those of {@link room}.
   */
  async backfill(origin: string, roomId: string, from: readonly string[], limit: number): Promise<JsonObject[]> {
    const room = await this.room(origin, roomId);
    const most = Math.max(0, Math.min(limit, limits.backfilledEvents.value));
    const events = await this.#walkBack(room, { from, without: new Set(), most, minDepth: 0 });
    return this.shown(room, origin, events);
  }

  /**
   * The events between some that the server has and some that it has just heard of, neither among them, in the order of the graph.
   *
   * @throws {FederatedError} Those of {@link room}.
   */
  async missing(
    origin: string,
    roomId: string,
    {
      earliest,
      latest,
      most,
      minDepth,
    }: { readonly earliest: readonly string[]; readonly latest: readonly string[]; readonly most: number; readonly minDepth: number },
  ): Promise<JsonObject[]> {
    const room = await this.room(origin, roomId);
    const known = await this.#parts.rooms.events.loadByIds(latest);
    const from = [...known.values()].filter(({ fields }) => fields.roomNid === room.nid).flatMap(({ authEvent }) => authEvent.prev_events);
    const without = new Set([...earliest, ...latest]);
    const bound = Math.max(0, Math.min(most, limits.missingEvents.value));
    const events = await this.#walkBack(room, { from, without, most: bound, minDepth });
    return this.shown(room, origin, events.toReversed());
  }

  /** The event of a room that is closest to a time, of those that a server may see. @throws {FederatedError} Those of {@link room}. */
  async atTime(origin: string, roomId: string, query: TimeQuery): Promise<StoredEvent | undefined> {
    const { rooms } = this.#parts;
    const room = await this.room(origin, roomId);
    return eventAtTime(rooms, room, query, async (events) => {
      const seen = await seenByServer(rooms, room, origin, events);
      return events.filter(({ eventId }) => seen.has(eventId));
    });
  }

  /** Events as a server gets them: those that it may not see are redacted. */
  async shown(room: LoadedRoom, server: string, events: readonly StoredEvent[]): Promise<JsonObject[]> {
    const { rooms, signed } = this.#parts;
    const seen = await seenByServer(rooms, room, server, events);
    const pdus: JsonObject[] = [];
    for (const event of events) {
      const turn = turnIfDue();
      if (turn) await turn;
      pdus.push(seen.has(event.eventId) ? signed.pdu(event) : signed.redacted(event));
    }
    return pdus;
  }

  /** Goes back along what events follow, the deepest first. */
  async #walkBack(
    room: LoadedRoom,
    {
      from,
      without,
      most,
      minDepth,
    }: { readonly from: readonly string[]; readonly without: ReadonlySet<string>; readonly most: number; readonly minDepth: number },
  ): Promise<StoredEvent[]> {
    const { rooms } = this.#parts;
    const found: StoredEvent[] = [];
    const seen = new Set<string>(without);
    const open = new Map<string, StoredEvent>();
    const note = async (eventIds: readonly string[]): Promise<void> => {
      const unseen = eventIds.filter((eventId) => !seen.has(eventId));
      if (unseen.length === 0) return;
      for (const eventId of unseen) seen.add(eventId);
      for (const [eventId, event] of await rooms.events.loadByIds(unseen)) if (isOfGraph(room, event, minDepth)) open.set(eventId, event);
    };
    await note(from);
    while (open.size > 0 && found.length < most) {
      const turn = turnIfDue();
      if (turn) await turn;
      let deepest: StoredEvent | undefined;
      for (const event of open.values()) if (!deepest || event.fields.depth > deepest.fields.depth) deepest = event;
      if (!deepest) break;
      open.delete(deepest.eventId);
      found.push(deepest);
      await note(deepest.authEvent.prev_events);
    }
    return found;
  }

  async #event(room: LoadedRoom, eventId: string): Promise<StoredEvent> {
    const event = await this.#parts.rooms.events.byId(eventId);
    if (!event || event.fields.roomNid !== room.nid || event.fields.status === eventStatus.outlier) throw notFound(eventId);
    return event;
  }
}

/** Whether every server that is in a room may see all of it: then it need not be known who was in when. */
async function isShownToServers(rooms: Rooms, room: LoadedRoom): Promise<boolean> {
  const visibility = (await stateEvent(rooms, room, "m.room.history_visibility"))?.content["history_visibility"] ?? "shared";
  return visibility === "shared" || visibility === "world_readable";
}

function notWhole(): FederatedError {
  return new FederatedError("NOT_IN_ROOM", "this server does not know all members of the room yet: ask another one");
}

function isOfGraph(room: LoadedRoom, { fields }: StoredEvent, minDepth: number): boolean {
  const isKept = fields.status === eventStatus.accepted || fields.status === eventStatus.softFailed;
  return fields.roomNid === room.nid && isKept && fields.depth >= minDepth;
}

function notFound(eventId: string): FederatedError {
  return new FederatedError("EVENT_NOT_FOUND", `the event ${eventId} is not known here, or not for you to see`);
}
