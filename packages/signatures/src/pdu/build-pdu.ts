import { encodeCanonicalJson, MAX_EVENT_SIZE_BYTES, utf8SizeBytes } from "@patrix/canonical-json";
import type { RoomVersionRules } from "@patrix/room-versions";
import { sha256Base64 } from "../crypto/sha256.ts";
import { SignaturesError } from "../errors.ts";
import { contentHashText, essentialText, hashEssentialText } from "../event/hashes.ts";
import { redact } from "../event/redact.ts";
import type { JsonObject } from "../json/json-object.ts";
import { addSignature, type Signatures } from "../json/sign-json.ts";
import type { SigningKey } from "../keys/signing-key.ts";
import { isCreate, roomIdOf } from "./federation-format.ts";
import type { EventReference } from "./references.ts";

/** An event before it has a place in the room. */
export interface PduDraft {
  readonly type: string;
  readonly state_key?: string | undefined;
  readonly content: JsonObject;
  readonly sender: string;
  /** Absent for `m.room.create` from room version 12. */
  readonly room_id?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly origin_server_ts: number;
  /** Target of a redaction, in room versions 1 to 10. */
  readonly redacts?: string | undefined;
  /** Required in room versions 1 and 2, refused in later ones. */
  readonly event_id?: string | undefined;
  readonly unsigned?: JsonObject | undefined;
  /** How long the event is sticky, by MSC4354. */
  readonly msc4354_sticky?: { readonly duration_ms: number } | undefined;
}

/** The place of an event in the graph of its room; references are in the format of the room version. */
export interface PduPosition {
  readonly prevEvents: readonly EventReference[];
  readonly authEvents: readonly EventReference[];
  readonly depth: number;
}

/** Who signs. */
export interface PduSigner {
  readonly server: string;
  readonly key: SigningKey;
}

/** A finished event. */
export interface BuiltPdu {
  readonly eventId: string;
  readonly roomId: string;
  /** The event in federation format; `signatures` is empty where no signer was given. */
  readonly pdu: JsonObject & { readonly hashes: { readonly sha256: string }; readonly signatures: Signatures };
}

/** What a signature adds to the size at most: a server name of 255 bytes, a key ID of 255 bytes and 86 characters, with punctuation. */
const SIGNATURE_RESERVE_BYTES = 640;
const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/**
 * Hashes, names and signs a new event.
 *
 * Without a signer the event gets no signature, which its ID does not cover: {@link signEvent} adds it when the event first leaves the server.
 * Room is then left for that signature in the size limit.
 *
 * @throws {@link SignaturesError} `EVENT_TOO_LARGE` beyond 65,536 bytes; `EVENT_ID_REQUIRED` if `event_id` is missing in room versions 1
 * and 2 or given in later ones; `MALFORMED_EVENT` if `room_id` is missing. CanonicalJsonError where the event has no Canonical JSON.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#adding-hashes-and-signatures-to-outgoing-events}
 */
export function buildPdu(draft: PduDraft, position: PduPosition, rules: RoomVersionRules, signer?: PduSigner): BuiltPdu {
  const unhashed = placed(draft, position, rules);
  const text = contentHashText(unhashed, rules);
  const hashes = { sha256: sha256Base64(text) };
  const hashed: JsonObject = { ...unhashed, hashes };
  const essential = essentialText(redact(hashed, rules), rules);
  const eventId = draft.event_id ?? `$${hashEssentialText(essential, rules)}`;
  const signatures = signer ? addSignature(undefined, signer.server, signer.key, encoder.encode(essential)) : {};
  checkSize(text, { hashes, signatures, unsigned: draft.unsigned }, signer ? 0 : SIGNATURE_RESERVE_BYTES);
  const unsigned = draft.unsigned && { unsigned: draft.unsigned };
  return { eventId, roomId: roomIdOf(unhashed, eventId, rules), pdu: { ...unhashed, hashes, signatures, ...unsigned } };
}

/** The event without hashes, signatures and unsigned. Members are in sorted order, which spares the encoder the sorting. */
function placed(draft: PduDraft, position: PduPosition, rules: RoomVersionRules): JsonObject {
  if ((draft.event_id !== undefined) !== rules.eventFormat.requireEventId) {
    throw new SignaturesError("EVENT_ID_REQUIRED", "event_id is given exactly in those room versions where events carry it");
  }
  const pdu: Record<string, unknown> = { auth_events: position.authEvents, content: draft.content, depth: position.depth };
  if (draft.event_id !== undefined) pdu["event_id"] = draft.event_id;
  if (draft.msc4354_sticky) pdu["msc4354_sticky"] = draft.msc4354_sticky;
  pdu["origin_server_ts"] = draft.origin_server_ts;
  pdu["prev_events"] = position.prevEvents;
  if (draft.redacts !== undefined) pdu["redacts"] = draft.redacts;
  const needsRoomId = rules.eventFormat.requireRoomCreateRoomId || !isCreate({ type: draft.type, state_key: draft.state_key });
  if (needsRoomId && draft.room_id !== undefined) pdu["room_id"] = draft.room_id;
  pdu["sender"] = draft.sender;
  if (draft.state_key !== undefined) pdu["state_key"] = draft.state_key;
  pdu["type"] = draft.type;
  return pdu;
}

/** Measures the event by the text that is there already and the members that are added to it, rather than encoding it once more. */
function checkSize(text: string, added: JsonObject, reserveBytes: number): void {
  const addedText = encodeCanonicalJson(added, { strict: false });
  // No UTF-16 unit takes more than three bytes of UTF-8, so most events need no counting.
  if ((text.length + addedText.length) * 3 + reserveBytes <= MAX_EVENT_SIZE_BYTES) return;
  // One object in place of two: a pair of braces less, a comma more.
  const sizeBytes = utf8SizeBytes(text) + utf8SizeBytes(addedText) - 1 + reserveBytes;
  if (sizeBytes > MAX_EVENT_SIZE_BYTES) {
    throw new SignaturesError("EVENT_TOO_LARGE", `the event has ${sizeBytes} bytes with its signature, more than ${MAX_EVENT_SIZE_BYTES}`);
  }
}
