import { isJsonObject, type JsonObject } from "@patrix/api";
import { getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { fromFederation, referencedEventIds } from "@patrix/signatures";
import { type AuthEvent, StateResError, toAuthEvent } from "@patrix/state-res";
import { CliError } from "../errors.ts";
import { refusedAsInput } from "../input/refused-as-input.ts";

/** The events of a room, or of a part of it. */
export interface RoomFile {
  readonly rules: RoomVersionRules;
  /** In the order of the file. */
  readonly events: ReadonlyMap<string, AuthEvent>;
  /** States to resolve, as lists of event IDs; absent where they follow from the events. */
  readonly stateMaps?: readonly (readonly string[])[] | undefined;
}

/**
 * Reads a room: a list of PDUs, or `{roomVersion?, pdus, stateMaps?}`. PDUs may carry an `event_id`, which is then believed.
 *
 * @throws {@link CliError} `INVALID_INPUT` for another shape; `USAGE` if the room version cannot be told.
 */
export function readRoom(value: unknown, given: RoomVersionRules | undefined): RoomFile {
  const file = isJsonObject(value) ? value : { pdus: value };
  const pdus = file["pdus"] ?? (Array.isArray(file["batches"]) ? file["batches"].flat() : undefined);
  if (!Array.isArray(pdus)) throw new CliError("INVALID_INPUT", "a room is a list of PDUs, or an object with the list as pdus");
  const list: readonly unknown[] = pdus;
  const rules = given ?? rulesOf(file["roomVersion"] ?? versionInCreate(list));
  const events = new Map<string, AuthEvent>();
  for (const [index, pdu] of list.entries()) {
    const event = readEvent(pdu, rules, index);
    events.set(event.event_id, event);
  }
  const stateMaps = file["stateMaps"];
  return { rules, events, stateMaps: Array.isArray(stateMaps) ? stateMaps.map(referencedEventIds) : undefined };
}

function rulesOf(version: unknown): RoomVersionRules {
  const rules = typeof version === "string" ? getRoomVersionRules(version) : undefined;
  if (rules !== undefined) return rules;
  throw new CliError("USAGE", "cannot tell the room version from an m.room.create event; say it with --room-version");
}

function versionInCreate(pdus: readonly unknown[]): unknown {
  const create = pdus.find((pdu) => isJsonObject(pdu) && pdu["type"] === "m.room.create");
  const content = isJsonObject(create) ? create["content"] : undefined;
  return isJsonObject(content) ? (content["room_version"] ?? "1") : undefined;
}

function readEvent(pdu: unknown, rules: RoomVersionRules, index: number): AuthEvent {
  const refuse = (cause?: unknown): CliError =>
    new CliError("INVALID_INPUT", `/pdus/${index} is no PDU; patrix validate --as pdu tells what is wrong with one`, { cause });
  if (!isJsonObject(pdu)) throw refuse();
  try {
    // Rooms that people write down often leave the time out.
    return toAuthEvent({ eventId: idOf(pdu, rules), pdu: { origin_server_ts: 0, ...pdu } });
  } catch (error) {
    throw error instanceof StateResError ? refuse(error) : error;
  }
}

function idOf(pdu: JsonObject, rules: RoomVersionRules): string {
  const own = pdu["event_id"];
  return typeof own === "string" ? own : refusedAsInput(() => fromFederation(pdu, rules).eventId);
}
