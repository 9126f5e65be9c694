import { encodeCanonicalJson } from "@patrix/canonical-json";
import type { RoomVersionRules } from "@patrix/room-versions";
import { sha256Base64 } from "../crypto/sha256.ts";
import { SignaturesError } from "../errors.ts";
import type { JsonObject } from "../json/json-object.ts";
import { redact } from "./redact.ts";

/** @internal The text that the content hash covers. */
export function contentHashText(event: JsonObject, rules: RoomVersionRules): string {
  const { hashes: _hashes, signatures: _signatures, unsigned: _unsigned, ...covered } = event;
  return encode(covered, rules);
}

/** @internal The text that the reference hash and the signatures of a redacted event cover. */
export function essentialText(redacted: JsonObject, rules: RoomVersionRules): string {
  const { signatures: _signatures, unsigned: _unsigned, ...covered } = redacted;
  return encode(covered, rules);
}

function encode(object: JsonObject, rules: RoomVersionRules): string {
  return encodeCanonicalJson(object, { strict: rules.authorization.strictCanonicalJson });
}

/**
 * The content hash of an event, which covers all but `unsigned`, `signatures` and `hashes`: unpadded base64 of SHA-256, for `hashes.sha256`.
 *
 * @throws CanonicalJsonError where the event has no Canonical JSON; floats are let through in room versions 1 to 5.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#calculating-the-content-hash-for-an-event}
 */
export function contentHash(event: JsonObject, rules: RoomVersionRules): string {
  return sha256Base64(contentHashText(event, rules));
}

/**
 * The reference hash of an event, which covers what redaction leaves: unpadded base64 of SHA-256, in the URL-safe alphabet where the room
 * version's event IDs use it.
 *
 * @throws {@link SignaturesError} `MALFORMED_EVENT`, as {@link redact}; CanonicalJsonError where the event has no Canonical JSON.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#calculating-the-reference-hash-for-an-event}
 */
export function referenceHash(event: JsonObject, rules: RoomVersionRules): string {
  return hashEssentialText(essentialText(redact(event, rules), rules), rules);
}

/** @internal The reference hash by the text it covers. */
export function hashEssentialText(text: string, rules: RoomVersionRules): string {
  const hash = sha256Base64(text);
  return rules.eventIdFormat === "hash-base64url" ? hash.replaceAll("+", "-").replaceAll("/", "_") : hash;
}

/**
 * The ID of an event in federation format: its `event_id` in room versions 1 and 2, its reference hash from 3.
 * An `event_id` in an event of version 3 or later is hashed like any member that redaction keeps; {@link toFederation} takes it off.
 *
 * @throws {@link SignaturesError} `MALFORMED_EVENT` if the ID is missing or the event malformed; CanonicalJsonError as {@link referenceHash}.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v4/#event-ids}
 */
export function eventId(event: JsonObject, rules: RoomVersionRules): string {
  if (rules.eventIdFormat !== "opaque") return `$${referenceHash(event, rules)}`;
  const id = event["event_id"];
  if (typeof id === "string") return id;
  throw new SignaturesError("MALFORMED_EVENT", "an event of this room version carries event_id, a string");
}
