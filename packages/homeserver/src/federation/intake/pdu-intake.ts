import { KeyedQueue } from "@patrix/concurrency";
import type { NamedPdu } from "@patrix/signatures";
import { RoomError } from "../../rooms/errors.ts";
import type { EventReceiver, ReceivedEvent } from "../../rooms/receive/event-receiver.ts";
import type { Room } from "../../rooms/room.ts";
import { hasState } from "../../rooms/timeline/stored-event.ts";
import { FederatedError, isOwnTrouble, isUnresolved } from "../errors.ts";
import type { RoomHistory } from "../history/room-history.ts";
import type { RoomPolicies } from "../policy/room-policies.ts";
import { type MissingPdu, missingPdus, type MissingPdusParts } from "./missing-pdus.ts";

/** What takes in events. */
export interface PduIntakeParts extends MissingPdusParts {
  readonly receiver: EventReceiver;
  readonly history: RoomHistory;
  readonly policies: RoomPolicies;
  /** Told of each event that was taken in and is shown. */
  readonly accepted?: (room: Room, event: ReceivedEvent["event"]) => void;
}

/** Takes in the events that other servers send, and fetches what they name and is not here. */
export class PduIntake {
  readonly #parts: PduIntakeParts;
  /** The events of a room that one server sends, one after the other. */
  readonly #queue = new KeyedQueue<string>();
  /** What is being fetched of rooms, by number: one server that does not answer holds up once what others send after a gap, and nothing else. */
  readonly #fetching = new Map<number, Promise<void>>();

  constructor(parts: PduIntakeParts) {
    this.#parts = parts;
  }

  /**
   * Takes in an event whose signatures and hashes are checked. It is in its place then, and stored once {@link ReceivedEvent.stored} resolves.
   *
   * @param origin - Whom to ask for what is missing.
   * @throws {FederatedError} `BAD_EVENT` where what it names is not to be had. @throws {StoreError} And {@link RoomError} `OVERLOADED`, `UNRESOLVED`.
   */
  take(origin: string, room: Room, pdu: NamedPdu): Promise<ReceivedEvent> {
    return this.#queue.run(`${room.nid} ${origin}`, () => this.#take(origin, room, pdu));
  }

  async #take(origin: string, room: Room, pdu: NamedPdu): Promise<ReceivedEvent> {
    const { rooms, receiver } = this.#parts;
    const known = await rooms.events.byId(pdu.eventId);
    if (known && hasState(known)) return receiver.known(known);
    if (await this.#lacks(pdu.prevEvents)) {
      // Where another server is being asked for what is missing of the room it is waited for once: that may be the same.
      await this.#fetching.get(room.nid);
      if (await this.#lacks(pdu.prevEvents)) return this.#takeWithMissing(origin, room, pdu);
    }
    return this.#receive(origin, room, { pdu });
  }

  /** Takes in an event and what lies between it and what is here. */
  async #takeWithMissing(origin: string, room: Room, pdu: NamedPdu): Promise<ReceivedEvent> {
    const taking = this.#takeMissing(origin, room, pdu).then(async () => {
      // Whoever sends an event has those before it. Without them the room would be what that server says it is.
      const [missing] = await this.#missing(pdu.prevEvents);
      if (missing !== undefined) throw new FederatedError("BAD_EVENT", `prev_events: ${origin} does not give ${missing}`);
      return this.#receive(origin, room, { pdu });
    });
    const over = taking.then(
      () => {},
      () => {},
    );
    this.#fetching.set(room.nid, over);
    try {
      return await taking;
    } finally {
      if (this.#fetching.get(room.nid) === over) this.#fetching.delete(room.nid);
    }
  }

  /** Takes in an event that was asked for: where what it follows is not there, in the state that the other server says it was sent in. */
  async #receiveMissing(origin: string, room: Room, { pdu, pastOf }: MissingPdu): Promise<Promise<void> | undefined> {
    const { history, receiver } = this.#parts;
    const isBeyond = await this.#lacks(pdu.prevEvents);
    const stateBefore = isBeyond ? await history.stateBefore(origin, room, pdu.eventId) : undefined;
    if (pastOf === undefined) return (await this.#receive(origin, room, { pdu, stateBefore })).stored;
    await history.fetchAuthEvents(origin, room, pdu);
    await receiver.receivePast(room, [{ pdu, stateBefore }], pastOf);
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

  /** Takes in what lies between an event and what is here, as far as it can be had. */
  async #takeMissing(origin: string, room: Room, pdu: NamedPdu): Promise<void> {
    const storing: Promise<void>[] = [];
    for (const missing of await missingPdus(this.#parts, origin, room, pdu)) {
      try {
        const stored = await this.#receiveMissing(origin, room, missing);
        if (stored) storing.push(stored);
      } catch (error) {
        if (isOwnTrouble(error) || isUnresolved(error)) throw error;
        // Those that follow it may be had in another way.
      }
    }
    await Promise.all(storing);
  }

  async #lacks(eventIds: readonly string[]): Promise<boolean> {
    return (await this.#missing(eventIds)).length > 0;
  }

  /** Those events that are not here with a state. */
  async #missing(eventIds: readonly string[]): Promise<string[]> {
    const known = await this.#parts.rooms.events.loadByIds(eventIds);
    return eventIds.filter((eventId) => !hasState(known.get(eventId)));
  }
}
