import { redactsOf, type RoomVersionRules } from "@patrix/room-versions";
import { SignaturesError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { roomIdOf } from "./federation-format.ts";

/**
 * An event as clients see it: without what only servers need.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-event-format}
 */
export interface ClientEvent {
  readonly content: JsonObject;
  readonly event_id: string;
  readonly origin_server_ts: number;
  readonly room_id: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly type: string;
  /** Event ID of the target, in `m.room.redaction` only. */
  readonly redacts?: string;
  readonly unsigned?: JsonObject;
  /** How long the event is sticky, by MSC4354. */
  readonly msc4354_sticky?: JsonObject;
}

/**
 * Brings a PDU, in federation format and well-formed, into the form that clients get. The target of a redaction is given both at the top
 * level and in the content, whichever the room version has. `pdu` stays as it is, and `unsigned` is passed on.
 *
 * @throws {@link SignaturesError} `MALFORMED_EVENT` if a required member is missing or of another type.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v11/#moving-the-redacts-property-of-mroomredaction-events-to-a-content-property}
 */
export function toClientEvent(pdu: JsonObject, eventId: string, rules: RoomVersionRules): ClientEvent {
  const { content, origin_server_ts: originServerTs, sender, state_key: stateKey, type, unsigned } = pdu;
  if (!isJsonObject(content) || typeof originServerTs !== "number" || typeof sender !== "string" || typeof type !== "string") {
    throw new SignaturesError("MALFORMED_EVENT", "a PDU has type, sender, origin_server_ts and content");
  }
  const redacts = redactsOf(pdu, rules);
  return {
    content: redacts === undefined ? content : { ...content, redacts },
    event_id: eventId,
    origin_server_ts: originServerTs,
    room_id: roomIdOf(pdu, eventId, rules),
    sender,
    ...(typeof stateKey === "string" ? { state_key: stateKey } : {}),
    type,
    ...(redacts === undefined ? {} : { redacts }),
    ...(isJsonObject(pdu["msc4354_sticky"]) ? { msc4354_sticky: pdu["msc4354_sticky"] } : {}),
    ...(isJsonObject(unsigned) ? { unsigned } : {}),
  };
}
