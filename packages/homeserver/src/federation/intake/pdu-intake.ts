import type { JsonObject } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import type { FederationClient, KeyRing } from "@patrix/federation";
import { getMissingPreviousEvents } from "@patrix/federation-api";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { NamedPdu } from "@patrix/signatures";
import { limits } from "../../limits.ts";
import { RoomError } from "../../rooms/errors.ts";
import type { EventReceiver, ReceivedEvent } from "../../rooms/receive/event-receiver.ts";
import type { Room } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { historyEnd, timelineEnd } from "../../rooms/timeline/place.ts";
import { hasState } from "../../rooms/timeline/stored-event.ts";
import type { Timelines } from "../../rooms/timeline/timelines.ts";
import { FederatedError, isOwnTrouble } from "../errors.ts";
import type { RoomHistory } from "../history/room-history.ts";
import type { RoomPolicies } from "../policy/room-policies.ts";
import { inGraphOrder } from "./graph-order.ts";
import { verifyPdus } from "./verify-pdus.ts";

/** How long a server may take to give missing events, in milliseconds, and how large they may be: fifty of 64 KiB, with what is around them. */
const TIMEOUT_MS = 15_000;
const MAX_MISSING_BYTES = 4 * 1024 * 1024;

/** What takes in events. */
export interface PduIntakeParts {
  readonly rooms: Rooms;
  readonly timelines: Timelines;
  readonly receiver: EventReceiver;
  readonly keyRing: KeyRing;
  readonly client: FederationClient;
  readonly history: RoomHistory;
  readonly policies: RoomPolicies;
  /** Told of each event that was taken in and is shown. */
  readonly accepted?: (room: Room, event: ReceivedEvent["event"]) => void;
}

/** Takes in the events that other servers send, and fetches what they name and is not here. */
export class PduIntake {
  readonly #parts: PduIntakeParts;
  /** What is missing of a room is fetched from one server once; one that does not answer holds up nobody else's events. */
  readonly #queue = new KeyedQueue<string>();

  constructor(parts: PduIntakeParts) {
    this.#parts = parts;
  }

  /**
   * Takes in an event whose signatures and hashes are checked. It is in its place then, and stored once {@link ReceivedEvent.stored} resolves.
   *
   * @param origin - Whom to ask for what is missing.
   * @throws {FederatedError} `BAD_EVENT` where what it names is not to be had. @throws {StoreError} And {@link RoomError} `OVERLOADED`.
   */
  take(origin: string, room: Room, pdu: NamedPdu): Promise<ReceivedEvent> {
    return this.#queue.run(`${room.nid} ${origin}`, () => this.#take(origin, room, pdu));
  }

  async #take(origin: string, room: Room, pdu: NamedPdu): Promise<ReceivedEvent> {
    const { rooms, receiver } = this.#parts;
    const known = await rooms.events.byId(pdu.eventId);
    if (known && hasState(known)) return receiver.known(known);
    if ((await this.#missing(pdu.prevEvents)).length > 0) {
      await this.#fetchMissing(origin, room, pdu);
      // Whoever sends an event has those before it. Without them the room would be what that server says it is.
      const [missing] = await this.#missing(pdu.prevEvents);
      if (missing !== undefined) throw new FederatedError("BAD_EVENT", `prev_events: ${origin} does not give ${missing}`);
    }
    return this.#receive(origin, room, { pdu });
  }

  /**
   * Takes in an event that was asked for: where what it follows is not there, in the state that the other server says it was sent in.
   *
   * @param isPast - It was sent before this server was in the room: it is history, and news to nobody.
   */
  async #receiveMissing(origin: string, room: Room, { pdu, isPast }: MissingPdu): Promise<Promise<void> | undefined> {
    const { history, receiver } = this.#parts;
    const isBeyond = (await this.#missing(pdu.prevEvents)).length > 0;
    const stateBefore = isBeyond ? await history.stateBefore(origin, room, pdu.eventId) : undefined;
    if (!isPast) return (await this.#receive(origin, room, { pdu, stateBefore })).stored;
    await history.fetchAuthEvents(origin, room, pdu);
    await receiver.receivePast(room, [{ pdu, stateBefore }]);
    return undefined;
  }

  async #receive(
    origin: string,
    room: Room,
    { pdu, stateBefore }: { readonly pdu: NamedPdu; readonly stateBefore?: readonly string[] | undefined },
  ): Promise<ReceivedEvent> {
    const { receiver, history, policies } = this.#parts;
    try {
      await history.fetchAuthEvents(origin, room, pdu);
      const received = await policies.receive(room, pdu, (event, isRecommended) =>
        receiver.receive(room, event, { stateBefore, isRecommended, isEager: true }),
      );
      if (received.outcome === "accepted") this.#parts.accepted?.(room, received.event);
      return received;
    } catch (error) {
      if (error instanceof RoomError && error.code === "MISSING_EVENTS")
        throw new FederatedError("BAD_EVENT", error.message, { cause: error });
      throw error;
    }
  }

  /** Asks for what lies between an event and what is here, and takes it in. What cannot be had is done without. */
  async #fetchMissing(origin: string, room: Room, pdu: NamedPdu): Promise<void> {
    const { client, keyRing, rooms } = this.#parts;
    const { head, rules } = await rooms.load(room);
    const depth = depthOf(pdu);
    let raws: readonly JsonObject[];
    try {
      const body = {
        earliest_events: head.tips.map(({ eventId }) => eventId as EventId),
        latest_events: [pdu.eventId as EventId],
        limit: limits.missingEvents.value,
        min_depth: Math.max(0, Math.min(head.depth, depth) - limits.missingEvents.value),
      };
      const options = { timeoutMs: TIMEOUT_MS, maxResponseSizeBytes: MAX_MISSING_BYTES };
      raws = (await client.request(origin, getMissingPreviousEvents, { path: { roomId: room.id as RoomId }, body }, options)).events;
    } catch (error) {
      if (isOwnTrouble(error)) throw error;
      return;
    }
    const verified = await verifyPdus(keyRing, raws.slice(0, limits.missingEvents.value), { rules, giver: origin });
    const found = new Map(
      verified.flatMap((result) => (result.pdu?.roomId === room.id ? [[result.pdu.eventId, result.pdu] as const] : [])),
    );
    found.delete(pdu.eventId);
    const storing: Promise<void>[] = [];
    for (const missing of missingBefore(pdu, found, await this.#firstDepth(room))) {
      try {
        const stored = await this.#receiveMissing(origin, room, missing);
        if (stored) storing.push(stored);
      } catch (error) {
        if (isOwnTrouble(error)) throw error;
        // Those that follow it may be had in another way.
      }
    }
    await Promise.all(storing);
  }

  /** The depth of the event with which the room began here: that of a join, where it was not made here. */
  async #firstDepth(room: Room): Promise<number> {
    const [first] = await this.#parts.timelines.forward(room, { after: historyEnd, upTo: timelineEnd }, 1);
    return first ? depthOf(first) : 0;
  }

  /** Those events that are not here with a state. */
  async #missing(eventIds: readonly string[]): Promise<string[]> {
    const known = await this.#parts.rooms.events.loadByIds(eventIds);
    return eventIds.filter((eventId) => !hasState(known.get(eventId)));
  }
}

/** An event that was asked for, as others follow it. */
interface MissingPdu {
  readonly pdu: NamedPdu;
  readonly isPast: boolean;
}

/**
 * Of the events that lie before one those that are needed, each after those that it follows. Of what was sent before the room began here that is
 * only what something else follows: the rest is fetched when somebody reads back.
 */
function missingBefore(pdu: NamedPdu, found: ReadonlyMap<string, NamedPdu>, firstDepth: number): MissingPdu[] {
  const isPast = (missing: NamedPdu): boolean => depthOf(missing) < firstDepth;
  const news = [...found.values()].filter((missing) => !isPast(missing));
  const followed = new Set([pdu, ...news].flatMap(({ prevEvents }) => prevEvents));
  const needed = new Map([...found].filter(([eventId, missing]) => !isPast(missing) || followed.has(eventId)));
  return inGraphOrder(needed).map((missing) => ({ pdu: missing, isPast: isPast(missing) }));
}

function depthOf({ pdu }: Pick<NamedPdu, "pdu">): number {
  return typeof pdu["depth"] === "number" ? pdu["depth"] : 0;
}
