import type { JsonObject } from "@patrix/api";
import { createEventId } from "@patrix/identifiers";
import type { RoomVersionRules } from "@patrix/room-versions";
import {
  buildPdu,
  checkPduFormat,
  type EventReference,
  fromFederation,
  generateSigningKey,
  keyLookup,
  type NamedPdu,
  referenceHash,
  signEvent,
  toEventReference,
  verifyEventAsync,
} from "@patrix/signatures";
import { selectAuthEvents } from "@patrix/state-res";
import type { ReceivedEvent } from "../../src/rooms/receive/event-receiver.ts";
import type { RoomParts } from "../../src/rooms/open-rooms.ts";
import { eventIn } from "../../src/rooms/read/state-event.ts";
import type { LoadedRoom } from "../../src/rooms/room.ts";
import type { RoomState } from "../../src/rooms/state/room-state.ts";
import type { StoredEvent } from "../../src/rooms/timeline/stored-event.ts";

/** What another server sends, and from where in the graph of the room. */
export interface RemoteDraft {
  readonly type: string;
  readonly stateKey?: string;
  readonly sender: string;
  readonly content: JsonObject;
  /** The events that it follows there. */
  readonly after: readonly Pick<StoredEvent, "eventId" | "pdu">[];
  /** The state that it sees there. */
  readonly state: RoomState;
  /** What it redacts, in room versions whose redactions say so outside of their content. */
  readonly redacts?: string;
  /** When it was sent, if not now. */
  readonly ts?: number;
}

/** Another server: makes signed events wherever in the graph of a room it is, and hands them over as it would. */
export class RemoteServer {
  readonly name: string;
  readonly #parts: RoomParts;
  readonly #key = generateSigningKey("ed25519:1");
  #now = Date.now();

  constructor(name: string, parts: RoomParts) {
    this.name = name;
    this.#parts = parts;
  }

  /** Sends an event into a room of the homeserver under test. */
  async send(room: LoadedRoom, draft: RemoteDraft): Promise<ReceivedEvent> {
    return this.deliver(room, await this.build(room, draft));
  }

  /** Hands an event over, after the checks that need no room. */
  async deliver(room: LoadedRoom, { pdu }: NamedPdu): Promise<ReceivedEvent> {
    const { rules } = room;
    const issues = checkPduFormat(pdu, rules);
    const keys = keyLookup({ [this.name]: { [this.#key.keyId]: this.#key.publicKey } });
    const verified = await verifyEventAsync(pdu, rules, keys);
    if (issues.length > 0 || verified.outcome !== "valid") throw new Error(JSON.stringify([issues, verified]));
    return this.#parts.receiver.receive(room, fromFederation(verified.event, rules));
  }

  /** Signs an event that has left a server without its signature. */
  sign(room: LoadedRoom, pdu: JsonObject): NamedPdu {
    return fromFederation(signEvent(pdu, this.name, this.#key, room.rules), room.rules);
  }

  /** Builds and signs an event. */
  async build(room: LoadedRoom, { type, stateKey, sender, content, after, state, ts, redacts }: RemoteDraft): Promise<NamedPdu> {
    const { rules } = room;
    const keys = selectAuthEvents({ type, sender, state_key: stateKey, content }, rules);
    const auth = await Promise.all(keys.map(([authType, authKey]) => eventIn(this.#parts.rooms, state, authType, authKey)));
    const { pdu } = buildPdu(
      {
        type,
        state_key: stateKey,
        sender,
        content,
        redacts,
        room_id: room.id,
        origin_server_ts: ts ?? (this.#now += 1_000),
        event_id: rules.eventFormat.requireEventId ? createEventId(this.name) : undefined,
      },
      {
        prevEvents: after.map((event) => referenceTo(event, rules)),
        authEvents: auth.filter((event) => event !== undefined).map((event) => referenceTo(event, rules)),
        depth: Math.max(0, ...after.map(({ pdu }) => Number(pdu["depth"]))) + 1,
      },
      rules,
      { server: this.name, key: this.#key },
    );
    return fromFederation(pdu, rules);
  }
}

function referenceTo(event: Pick<StoredEvent, "eventId" | "pdu">, rules: RoomVersionRules): EventReference {
  return toEventReference(event.eventId, rules.eventsReferenceFormat === "id" ? "" : referenceHash(event.pdu, rules), rules);
}
