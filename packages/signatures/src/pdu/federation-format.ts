import type { RoomVersionRules } from "@patrix/room-versions";
import { SignaturesError } from "../errors.ts";
import { eventId } from "../event/hashes.ts";
import type { JsonObject } from "../json/json-object.ts";
import { referencedEventIds } from "./references.ts";

/** A PDU with what its room version leaves to be worked out. */
export interface NamedPdu {
  readonly eventId: string;
  readonly roomId: string;
  /** The PDU in federation format, as it came. */
  readonly pdu: JsonObject;
  /** Event IDs of `prev_events`. */
  readonly prevEvents: readonly string[];
  /** Event IDs of `auth_events`. */
  readonly authEvents: readonly string[];
}

/**
 * Brings an event that carries its `event_id` and `room_id` into federation format: without `event_id` from room version 3, and without
 * `room_id` in `m.room.create` from version 12. `event` stays as it is. References are kept: they are part of what is hashed.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#pdus}
 */
export function toFederation(event: JsonObject, rules: RoomVersionRules): JsonObject {
  const { requireEventId, requireRoomCreateRoomId } = rules.eventFormat;
  const pdu: Record<string, unknown> = { ...event };
  if (!requireEventId) delete pdu["event_id"];
  if (!requireRoomCreateRoomId && isCreate(event)) delete pdu["room_id"];
  return pdu;
}

/**
 * Names a PDU that came in federation format. It should have passed {@link checkPduFormat}.
 *
 * @throws {@link SignaturesError} `MALFORMED_EVENT` if the event ID or room ID cannot be told; CanonicalJsonError where the PDU has no Canonical JSON.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v4/#event-ids}
 */
export function fromFederation(pdu: JsonObject, rules: RoomVersionRules): NamedPdu {
  const id = eventId(pdu, rules);
  return {
    eventId: id,
    roomId: roomIdOf(pdu, id, rules),
    pdu,
    prevEvents: referencedEventIds(pdu["prev_events"]),
    authEvents: referencedEventIds(pdu["auth_events"]),
  };
}

/**
 * The room ID of a PDU. From room version 12, that of `m.room.create` is its event ID with the sigil `!`.
 *
 * @throws {@link SignaturesError} `MALFORMED_EVENT` if `room_id` is missing.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#room-ids}
 */
export function roomIdOf(pdu: JsonObject, eventId: string, rules: RoomVersionRules): string {
  if (rules.roomIdFormat === "create-event-hash" && isCreate(pdu)) return `!${eventId.slice(1)}`;
  const roomId = pdu["room_id"];
  if (typeof roomId === "string") return roomId;
  throw new SignaturesError("MALFORMED_EVENT", "a PDU has a string as room_id");
}

/** Whether an event is the `m.room.create` of its room. */
export function isCreate(event: JsonObject): boolean {
  return event["type"] === "m.room.create" && event["state_key"] === "";
}
