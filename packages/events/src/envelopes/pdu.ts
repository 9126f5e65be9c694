import { type JsonObject, jsonObject, type Model, model, obj, record } from "@patrix/api";
import { EventId, RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Signatures by entity and key ID, in unpadded base64. */
export type PduSignatures = Record<string, Record<string, string>>;

/**
 * The content hash of a PDU.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#calculating-the-content-hash-for-an-event}
 */
export interface PduHashes {
  /** SHA-256 in unpadded base64. */
  sha256: string;
}
/** Checks {@link PduHashes}. */
export const PduHashes: Model<PduHashes> = /* @__PURE__ */ model(() => obj<PduHashes>({ sha256: z.string() }));

/** What the PDUs of all room versions have in common. */
export interface PduBase {
  type: string;
  sender: UserId;
  /** Milliseconds since the Unix epoch, by the clock of the sender's server. */
  origin_server_ts: number;
  content: JsonObject;
  /** Present on state events and on nothing else. */
  state_key?: string | undefined;
  /** One more than the greatest depth of `prev_events`; up to room version 5 beyond the exact range of numbers. */
  depth: number;
  hashes: PduHashes;
  signatures: PduSignatures;
  /** Added by the sending server; neither hashed nor signed. */
  unsigned?: JsonObject | undefined;
  /** The target of an `m.room.redaction` up to room version 10. */
  redacts?: EventId | undefined;
}

/**
 * A persistent data unit of room versions 3 and later, as servers exchange it. It names no event ID: that is its hash.
 * Keep the JSON that came in; what is hashed and signed must not be rebuilt from this type.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#pdus}
 */
export interface Pdu extends PduBase {
  /** Absent only in the `m.room.create` event of room version 12 and later. */
  room_id?: RoomId | undefined;
  auth_events: EventId[];
  prev_events: EventId[];
}
/** Checks a {@link Pdu}; neither its content nor the limits of its room version. */
export const Pdu: Model<Pdu> = /* @__PURE__ */ model(() =>
  obj<Pdu>({
    type: z.string(),
    sender: UserId,
    origin_server_ts: z.int(),
    content: jsonObject(),
    state_key: z.optional(z.string()),
    depth: depth(),
    hashes: PduHashes.schema,
    signatures: signatures(),
    unsigned: z.optional(jsonObject()),
    redacts: z.optional(EventId),
    room_id: z.optional(RoomId),
    auth_events: z.array(EventId),
    prev_events: z.array(EventId),
  }),
);

/** Names an event with its hashes, the form of references in room versions 1 and 2. */
export type PduV1Reference = [EventId, PduHashes];

/**
 * A persistent data unit of room versions 1 and 2, which carries its event ID.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v1/#event-format}
 */
export interface PduV1 extends PduBase {
  event_id: EventId;
  room_id: RoomId;
  auth_events: PduV1Reference[];
  prev_events: PduV1Reference[];
}
/** Checks a {@link PduV1}; neither its content nor the limits of its room version. */
export const PduV1: Model<PduV1> = /* @__PURE__ */ model(() => {
  const references = z.array(z.tuple([EventId, PduHashes.schema]));
  return obj<PduV1>({
    type: z.string(),
    sender: UserId,
    origin_server_ts: z.int(),
    content: jsonObject(),
    state_key: z.optional(z.string()),
    depth: depth(),
    hashes: PduHashes.schema,
    signatures: signatures(),
    unsigned: z.optional(jsonObject()),
    redacts: z.optional(EventId),
    event_id: EventId,
    room_id: RoomId,
    auth_events: references,
    prev_events: references,
  });
});

function depth(): z.ZodMiniNumber {
  return z.number().check(z.refine(Number.isInteger, { error: "expected integer" }), z.meta({ type: "integer" }));
}

function signatures(): z.ZodMiniType<PduSignatures> {
  return record(z.string(), record(z.string(), z.string()));
}
