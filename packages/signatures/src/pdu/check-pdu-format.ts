import {
  CanonicalJsonError,
  canonicalJsonSizeBytes,
  MAX_EVENT_FIELD_SIZE_BYTES,
  MAX_EVENT_SIZE_BYTES,
  utf8SizeBytes,
} from "@patrix/canonical-json";
import { isUserId } from "@patrix/identifiers";
import type { RoomVersionRules } from "@patrix/room-versions";
import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { isSignatures } from "../json/sign-json.ts";
import type { PduIssue, PduRule } from "./pdu-issue.ts";
import { referenceProblem } from "./references.ts";

/** Most events that `prev_events` may name. */
export const MAX_PREV_EVENTS = 20;

/** Most events that `auth_events` may name. */
export const MAX_AUTH_EVENTS = 10;

/**
 * Checks that a PDU, in federation format, has the form that its room version asks for: the first check on receipt, after which a PDU with
 * issues is dropped. Hashes and signatures are looked at for their shape only, and content is not looked into.
 *
 * @returns what is wrong; empty for a well-formed PDU.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu}
 * @example
 * checkPduFormat({ ...pdu, depth: -1 }, rules); // [{ pointer: "/depth", rule: "OUT_OF_RANGE", … }]
 */
export function checkPduFormat(pdu: unknown, rules: RoomVersionRules): PduIssue[] {
  if (!isJsonObject(pdu)) return [{ pointer: "", rule: "NOT_AN_OBJECT", message: "a PDU is an object" }];
  const issues: PduIssue[] = [];
  const report: Report = (key, rule, message) => {
    issues.push({ pointer: `/${key}`, rule, message: `${key} ${message}` });
  };
  checkIdentifiers(pdu, rules, report);
  checkText(pdu, "type", true, { rules, report });
  checkText(pdu, "state_key", false, { rules, report });
  checkText(pdu, "redacts", false, { rules, report });
  checkNumbers(pdu, rules, report);
  checkObjects(pdu, report);
  checkReferences(pdu, "prev_events", MAX_PREV_EVENTS, rules, report);
  checkReferences(pdu, "auth_events", MAX_AUTH_EVENTS, rules, report);
  const size = sizeIssue(pdu, rules);
  if (size) issues.push(size);
  return issues;
}

type Report = (key: string, rule: PduRule, message: string) => void;

/** The text of a member if it is a string within the limit; reports anything else. */
function checkText(
  pdu: JsonObject,
  key: string,
  required: boolean,
  { rules, report }: { readonly rules: RoomVersionRules; readonly report: Report },
): string | undefined {
  const value = pdu[key];
  if (value === undefined) {
    if (required) report(key, "MISSING", "is required");
  } else if (typeof value !== "string") {
    report(key, "WRONG_TYPE", "is not a string");
  } else if (isTooLong(value, rules)) {
    report(key, "TOO_LONG", `exceeds ${MAX_EVENT_FIELD_SIZE_BYTES} bytes`);
  } else {
    return value;
  }
  return undefined;
}

function isTooLong(text: string, { eventFormat }: RoomVersionRules): boolean {
  if (utf8SizeBytes(text) <= MAX_EVENT_FIELD_SIZE_BYTES) return false;
  return !eventFormat.countFieldsInCodePoints || Array.from(text).length > MAX_EVENT_FIELD_SIZE_BYTES;
}

function checkIdentifiers(pdu: JsonObject, rules: RoomVersionRules, report: Report): void {
  const sender = checkText(pdu, "sender", true, { rules, report });
  if (sender !== undefined && !isUserId(sender)) report("sender", "GRAMMAR", "is not a user ID");
  const { requireEventId, requireRoomCreateRoomId } = rules.eventFormat;
  const isCreate = pdu["type"] === "m.room.create" && pdu["state_key"] === "";
  const roomId = checkText(pdu, "room_id", requireRoomCreateRoomId || !isCreate, { rules, report });
  if (roomId !== undefined && !roomIdPatterns[rules.roomIdFormat].test(roomId)) {
    report("room_id", "GRAMMAR", "is not a room ID of this room version");
  }
  if (!requireEventId) return;
  const eventId = checkText(pdu, "event_id", true, { rules, report });
  if (eventId !== undefined && !eventIdPattern.test(eventId)) report("event_id", "GRAMMAR", "is not an event ID of this room version");
}

const roomIdPatterns: Readonly<Record<RoomVersionRules["roomIdFormat"], RegExp>> = {
  opaque: /^![^:]*:./s,
  "create-event-hash": /^![\w-]{43}$/,
};
const eventIdPattern = /^\$[^:]*:./s;

function checkNumbers(pdu: JsonObject, rules: RoomVersionRules, report: Report): void {
  const isInteger = rules.authorization.strictCanonicalJson ? Number.isSafeInteger : Number.isInteger;
  const check = (key: string, inRange: (value: number) => boolean): void => {
    const value = pdu[key];
    if (value === undefined) report(key, "MISSING", "is required");
    else if (!isInteger(value) || typeof value !== "number") report(key, "WRONG_TYPE", "is not an integer");
    else if (!inRange(value)) report(key, "OUT_OF_RANGE", "is out of range");
  };
  const { maxDepth } = rules.eventFormat;
  check("origin_server_ts", (value) => Math.abs(value) <= 2 ** 63);
  check("depth", (value) => value >= 0 && value <= maxDepth);
}

function checkObjects(pdu: JsonObject, report: Report): void {
  const { content, hashes, signatures, unsigned } = pdu;
  if (!isJsonObject(content)) reportObject("content", content, report);
  if (unsigned !== undefined && !isJsonObject(unsigned)) reportObject("unsigned", unsigned, report);
  if (!isJsonObject(hashes)) reportObject("hashes", hashes, report);
  else if (typeof hashes["sha256"] !== "string") report("hashes/sha256", "WRONG_TYPE", "is not a string");
  if (!isJsonObject(signatures)) reportObject("signatures", signatures, report);
  else if (!isSignatures(signatures)) report("signatures", "WRONG_TYPE", "is not an object of objects of strings");
}

function reportObject(key: string, value: unknown, report: Report): void {
  if (value === undefined) report(key, "MISSING", "is required");
  else report(key, "WRONG_TYPE", "is not an object");
}

function checkReferences(pdu: JsonObject, key: string, most: number, rules: RoomVersionRules, report: Report): void {
  const value = pdu[key];
  if (value === undefined) return report(key, "MISSING", "is required");
  if (!Array.isArray(value)) return report(key, "WRONG_TYPE", "is not an array");
  const references: readonly unknown[] = value;
  if (references.length > most) return report(key, "TOO_MANY", `names more than ${most} events`);
  for (const [index, reference] of references.entries()) {
    const problem = referenceProblem(reference, rules);
    if (problem !== undefined) report(`${key}/${index}`, "REFERENCE", problem);
  }
}

function sizeIssue(pdu: JsonObject, rules: RoomVersionRules): PduIssue | undefined {
  try {
    const sizeBytes = canonicalJsonSizeBytes(pdu, { strict: rules.authorization.strictCanonicalJson });
    if (sizeBytes <= MAX_EVENT_SIZE_BYTES) return undefined;
    return { pointer: "", rule: "TOO_LARGE", message: `the PDU has ${sizeBytes} bytes, more than ${MAX_EVENT_SIZE_BYTES}` };
  } catch (error) {
    if (!(error instanceof CanonicalJsonError)) throw error;
    return { pointer: error.pointer, rule: "NOT_CANONICAL", message: error.message };
  }
}
