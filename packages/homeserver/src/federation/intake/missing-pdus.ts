import type { JsonObject } from "@patrix/api";
import type { FederationClient, KeyRing } from "@patrix/federation";
import { getMissingPreviousEvents, type GetMissingPreviousEventsBody } from "@patrix/federation-api";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { NamedPdu } from "@patrix/signatures";
import { limits } from "../../limits.ts";
import type { Room } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { historyEnd, type Place, placeAfter, placeBefore, timelineEnd } from "../../rooms/timeline/place.ts";
import { hasState, type StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { Timelines } from "../../rooms/timeline/timelines.ts";
import { isOwnTrouble } from "../errors.ts";
import type { RoomServers } from "../room-servers.ts";
import { inGraphOrder } from "./graph-order.ts";
import { verifyPdus } from "./verify-pdus.ts";

/** How long a server may take for one answer, in milliseconds, and how large that may be: fifty events of 64 KiB, with what is around them. */
const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** How often it is asked on, and how long, in milliseconds: others wait for it. */
const MAX_ROUNDS = 20;
const PATIENCE_MS = 30_000;
/** How large all that is found may be, in characters of JSON. */
const MAX_FOUND_LENGTH = 16 * 1024 * 1024;
/** How many memberships of one stay are followed back: with more, what was missed before the last of these is history. */
const FOLLOWED_MEMBERSHIPS = 1_000;
/** From how many events on it is asked at once what lies before them. */
const ASKED_FROM = 20;

/** What asks for events. */
export interface MissingPdusParts {
  readonly rooms: Rooms;
  readonly timelines: Timelines;
  readonly roomServers: RoomServers;
  readonly keyRing: KeyRing;
  readonly client: FederationClient;
}

/** An event that was asked for, as others follow it. */
export interface MissingPdu {
  readonly pdu: NamedPdu;
  /** The place that it comes before, where it was sent before this server was in the room: it is history, and news to nobody. */
  readonly pastOf?: Place | undefined;
}

/**
 * Asks a server for what lies between an event and what is here, until nothing is missing any more: a server gives few at a time, and after an
 * outage there are many.
 *
 * @returns Those that are needed, each after those that it follows. What cannot be had is not among them.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#backfilling-and-retrieving-missing-events}
 */
export async function missingPdus(parts: MissingPdusParts, origin: string, room: Room, pdu: NamedPdu): Promise<MissingPdu[]> {
  const { rooms, keyRing } = parts;
  const { head, rules } = await rooms.load(room);
  const first = await firstHere(parts, room);
  const firstDepth = first ? depthOf(first) : 0;
  const found = new Map<string, NamedPdu>();
  const endTs = rooms.core.clock.now() + PATIENCE_MS;
  let foundLength = 0;
  let latest: readonly NamedPdu[] = [pdu];
  for (let round = 0; round < MAX_ROUNDS && latest.length > 0; round++) {
    const raws = await ask(parts, origin, room, {
      earliest_events: head.tips.map(({ eventId }) => eventId as EventId),
      latest_events: latest.map(({ eventId }) => eventId as EventId),
      limit: limits.missingEvents.value,
      min_depth: Math.max(0, Math.min(head.depth, depthOf(pdu)) - limits.missingEvents.value),
    });
    const most = Math.min(limits.missingEvents.value, limits.missedEvents.value - found.size);
    const verified = await verifyPdus(keyRing, raws.slice(0, most), { rules, giver: origin });
    const news = verified.flatMap(({ pdu: other }) => (other?.roomId === room.id && other.eventId !== pdu.eventId ? [other] : []));
    const before = found.size;
    for (const other of news) found.set(other.eventId, other);
    for (const { pdu: json } of news) foundLength += JSON.stringify(json).length;
    const isEnough = found.size >= limits.missedEvents.value || foundLength >= MAX_FOUND_LENGTH;
    if (found.size === before || isEnough || rooms.core.clock.now() >= endTs) break;
    latest = await openEnds(rooms, [pdu, ...found.values()], firstDepth);
  }
  const isPast = (missing: NamedPdu): boolean => depthOf(missing) < firstDepth;
  return needed(pdu, found, isPast).map((missing) => ({
    pdu: missing,
    pastOf: isPast(missing) ? (first?.fields.place ?? undefined) : undefined,
  }));
}

/** Asks once. @returns Nothing where there is no answer. */
async function ask(
  { client }: MissingPdusParts,
  origin: string,
  { id }: Room,
  body: GetMissingPreviousEventsBody,
): Promise<readonly JsonObject[]> {
  try {
    const options = { timeoutMs: TIMEOUT_MS, maxResponseSizeBytes: MAX_ANSWER_BYTES };
    return (await client.request(origin, getMissingPreviousEvents, { path: { roomId: id as RoomId }, body }, options)).events;
  } catch (error) {
    if (isOwnTrouble(error)) throw error;
    return [];
  }
}

/** Those events that follow something that is neither among them nor here, and that may be news. */
async function openEnds(rooms: Rooms, events: readonly NamedPdu[], firstDepth: number): Promise<NamedPdu[]> {
  const among = new Set(events.map(({ eventId }) => eventId));
  const beyond = events.flatMap(({ prevEvents }) => prevEvents.filter((eventId) => !among.has(eventId)));
  const known = await rooms.events.loadByIds([...new Set(beyond)]);
  const isOpen = ({ prevEvents }: NamedPdu): boolean => prevEvents.some((eventId) => !among.has(eventId) && !hasState(known.get(eventId)));
  return events.filter((event) => depthOf(event) >= firstDepth && isOpen(event)).slice(-ASKED_FROM);
}

/** The event with which a room began here: that of a join, where it was not made here or this server has come back. */
async function firstHere({ rooms, roomServers, timelines }: MissingPdusParts, room: Room): Promise<StoredEvent | undefined> {
  const since = await roomServers.hereSince(room);
  const [last] = since === undefined ? [] : await timelines.forward(room, { after: placeBefore(placeAfter(since)), upTo: timelineEnd }, 1);
  const joined = last && (await joinOfStay(rooms, last));
  if (joined) return joined;
  const [first] = await timelines.forward(room, { after: historyEnd, upTo: timelineEnd }, 1);
  return first;
}

/**
 * The join by which a user came in who is still in by a membership: after a restart that may be one with another name, and what it has replaced
 * leads back to the join. `undefined` for what is no membership of one who is in.
 */
async function joinOfStay({ events }: Rooms, membership: StoredEvent): Promise<StoredEvent | undefined> {
  if (!isJoined(membership)) return undefined;
  let joined = membership;
  for (let i = 0; i < FOLLOWED_MEMBERSHIPS; i++) {
    const { replacesNid } = joined.fields;
    const before = replacesNid === null ? undefined : await events.get(replacesNid);
    if (!before || !isJoined(before)) return joined;
    joined = before;
  }
  return joined;
}

function isJoined({ fields, content }: StoredEvent): boolean {
  return fields.type === "m.room.member" && content["membership"] === "join";
}

/**
 * Those that are needed, in order. Of what is past that is only what something else follows: the rest is fetched when somebody reads back.
 */
function needed(pdu: NamedPdu, found: ReadonlyMap<string, NamedPdu>, isPast: (missing: NamedPdu) => boolean): NamedPdu[] {
  const news = [...found.values()].filter((missing) => !isPast(missing));
  const followed = new Set([pdu, ...news].flatMap(({ prevEvents }) => prevEvents));
  return inGraphOrder(new Map([...found].filter(([eventId, missing]) => !isPast(missing) || followed.has(eventId))));
}

function depthOf({ pdu }: Pick<NamedPdu, "pdu">): number {
  return typeof pdu["depth"] === "number" ? pdu["depth"] : 0;
}
