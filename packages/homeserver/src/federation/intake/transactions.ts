import { isJsonObject, type JsonObject } from "@patrix/api";
import { LruCache, SingleFlight } from "@patrix/concurrency";
import type { Edu } from "@patrix/events";
import type { KeyRing } from "@patrix/federation";
import type { PduProcessingResult } from "@patrix/federation-api";
import { eventId as idOf, type NamedPdu } from "@patrix/signatures";
import { HomeserverError, requireWithin } from "../../errors.ts";
import { RoomError } from "../../rooms/errors.ts";
import type { Room } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { isOwnTrouble, isUnresolved } from "../errors.ts";
import type { RoomServers } from "../room-servers.ts";
import type { ServerAcls } from "../server-acl.ts";
import type { EduIntake } from "./edu-intake.ts";
import { inGraphOrder } from "./graph-order.ts";
import type { OutsideEvents } from "./outside-events.ts";
import type { PduIntake } from "./pdu-intake.ts";
import { verifyPdus } from "./verify-pdus.ts";

/** How often an event is taken up over which the thread that resolves states ends, and of how many such events that is remembered. */
const RESOLVED_AT_MOST = 3;
const UNRESOLVED_EVENTS = 1_000;

/** What takes in transactions. */
export interface TransactionParts {
  readonly rooms: Rooms;
  readonly keyRing: KeyRing;
  readonly intake: PduIntake;
  readonly edus: EduIntake;
  readonly outside: OutsideEvents;
  readonly acls: ServerAcls;
  readonly roomServers: RoomServers;
  /** Told of what could not be taken in though the other server did nothing wrong. */
  readonly failed: (origin: string, error: unknown) => void;
}

/** A transaction of another server. */
export interface ReceivedTransaction {
  readonly origin: string;
  readonly txnId: string;
  readonly pdus: readonly JsonObject[];
  readonly edus: readonly Edu[];
}

/** What became of each event, by its ID. */
export type TransactionResult = Record<string, PduProcessingResult>;

interface TakenPdu {
  /** Why the event was not taken in. */
  readonly refusal?: string;
  /** Resolves when it is stored; absent where it is. */
  readonly stored?: Promise<void> | undefined;
}

/** Takes in transactions: each good item, whatever the bad ones are. */
export class Transactions {
  readonly #parts: TransactionParts;
  /** A transaction that comes again while it is taken in is the same one. */
  readonly #flights = new SingleFlight<string, TransactionResult>();
  /** How often the thread that resolves states has ended over an event. */
  readonly #unresolved = new LruCache<string, number>(UNRESOLVED_EVENTS);

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when everything is stored that was taken in. Where it cannot be stored now, the other server is to send it again, and what is
   * known by then is passed over.
   *
   * @throws {LimitError} `transactionPdus` or `transactionEdus`; nothing is taken in then.
   * @throws {StoreError} And {@link RoomError} `OVERLOADED`, where some of it could not be stored.
   */
  take(transaction: ReceivedTransaction): Promise<TransactionResult> {
    requireWithin("transactionPdus", transaction.pdus.length, "pdus");
    requireWithin("transactionEdus", transaction.edus.length, "edus");
    return this.#flights.run(`${transaction.origin} ${transaction.txnId}`, () => this.#take(transaction));
  }

  async #take({ origin, pdus, edus }: ReceivedTransaction): Promise<TransactionResult> {
    const byRoom = new Map<string, JsonObject[]>();
    for (const pdu of pdus) {
      const roomId = typeof pdu["room_id"] === "string" ? pdu["room_id"] : "";
      const ofRoom = byRoom.get(roomId);
      if (ofRoom) ofRoom.push(pdu);
      else byRoom.set(roomId, [pdu]);
    }
    const results: TransactionResult = {};
    const taken = await Promise.allSettled(
      [...byRoom].map(([roomId, ofRoom]) => this.#takeRoom(origin, roomId, { pdus: ofRoom, results })),
    );
    // Nothing of it goes on when the answer is out.
    for (const room of taken) if (room.status === "rejected") throw room.reason;
    for (const edu of edus) await this.#takeEdu(origin, edu);
    return results;
  }

  /** Takes in the events of one room, each after those among them that it follows. */
  async #takeRoom(
    origin: string,
    roomId: string,
    { pdus, results }: { readonly pdus: readonly JsonObject[]; readonly results: TransactionResult },
  ): Promise<void> {
    const { rooms, roomServers, keyRing, outside } = this.#parts;
    const room = rooms.find(roomId);
    const refusal = room ? await this.#refusal(origin, room) : "this server does not know the room";
    if (!room || refusal !== undefined) {
      for (const pdu of pdus) note(results, room, pdu, refusal);
      return;
    }
    const verified = await verifyPdus(keyRing, pdus, { rules: room.rules, giver: origin });
    if (!(await roomServers.isHere(room))) {
      for (const checked of verified) note(results, room, checked.raw, await outside.take(room, checked));
      return;
    }
    // Which of them are known is looked up at once.
    await rooms.events.loadByIds(verified.flatMap(({ pdu }) => pdu?.eventId ?? []));
    const storing: Promise<void>[] = [];
    for (const { raw, pdu, reason = "the event could not be checked" } of verified) if (!pdu) note(results, room, raw, reason);
    for (const pdu of inGraphOrder(new Map(verified.flatMap(({ pdu: checked }) => (checked ? [[checked.eventId, checked]] : []))))) {
      const { refusal: rule, stored } = await this.#takePdu(origin, room, pdu);
      results[pdu.eventId] = resultOf(rule);
      if (stored) storing.push(stored);
    }
    await Promise.all(storing);
  }

  /** Why nothing of a room is taken from a server. */
  async #refusal(origin: string, room: Room): Promise<string | undefined> {
    return (await this.#parts.acls.of(room))(origin) ? undefined : `the server ACL of the room denies ${origin}`;
  }

  async #takePdu(origin: string, room: Room, pdu: NamedPdu): Promise<TakenPdu> {
    if (pdu.roomId !== room.id) return { refusal: "room_id: the event is of another room" };
    try {
      const { outcome, reason: rule = "the event is not allowed", stored } = await this.#parts.intake.take(origin, room, pdu);
      // Where members have not come yet, it is judged again when they have.
      const isFinal = this.#parts.rooms.partial.of(room.nid) === undefined;
      return { stored, ...(outcome === "rejected" && isFinal && { refusal: rule }) };
    } catch (error) {
      if (isOwnTrouble(error)) throw error;
      if (isUnresolved(error)) this.#tryAgain(pdu, error);
      if (isUnresolved(error) || !(error instanceof HomeserverError)) this.#parts.failed(origin, error);
      return { refusal: error instanceof Error ? error.message : "the event could not be taken in" };
    }
  }

  /** Has an event come again over which the thread that resolves states has ended, unless it has often. @throws {RoomError} `OVERLOADED`. */
  #tryAgain({ eventId }: NamedPdu, cause: unknown): void {
    const tries = (this.#unresolved.get(eventId) ?? 0) + 1;
    this.#unresolved.set(eventId, tries);
    if (tries < RESOLVED_AT_MOST)
      throw new RoomError("OVERLOADED", "the state of the room could not be resolved: try again later", { cause });
  }

  async #takeEdu(origin: string, edu: Edu): Promise<void> {
    if (!isJsonObject(edu)) return;
    try {
      await this.#parts.edus.take(origin, edu);
    } catch (error) {
      if (isOwnTrouble(error)) throw error;
      this.#parts.failed(origin, error);
    }
  }
}

function note(results: TransactionResult, room: Room | undefined, pdu: JsonObject, error: string | undefined): void {
  const name = nameOf(room, pdu);
  if (name !== undefined) results[name] = resultOf(error);
}

function resultOf(error: string | undefined): TransactionResult[string] {
  return error === undefined ? {} : { error };
}

function nameOf(room: Room | undefined, pdu: JsonObject): string | undefined {
  try {
    if (room) return idOf(pdu, room.rules);
    return typeof pdu["event_id"] === "string" ? pdu["event_id"] : undefined;
  } catch {
    return undefined;
  }
}
