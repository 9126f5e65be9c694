import type { JsonObject } from "@patrix/api";
import { authoriseByAuthEvents, type KeyRing } from "@patrix/federation";
import type { RoomVersionRules } from "@patrix/room-versions";
import type { NamedPdu } from "@patrix/signatures";
import { type AuthEvent, createIdOf, StateResError, toAuthEvent } from "@patrix/state-res";
import type { Rooms } from "../../rooms/rooms.ts";
import { turnIfDue } from "../../turns.ts";
import { verifyPdus } from "./verify-pdus.ts";

/** The room that events are of, and the server that gave them. */
export interface RoomOfEvents {
  readonly id: string;
  readonly rules: RoomVersionRules;
  readonly giver: string;
}

/** What became of events that others name. */
export interface CheckedOutliers {
  /** Those that hold, each after those that authorise it. */
  readonly held: readonly NamedPdu[];
  /** The same, by the events as they came. */
  readonly heldByRaw: ReadonlyMap<JsonObject, NamedPdu>;
  /** Those that are signed as they must be, and are not allowed; so is what they authorise. */
  readonly rejected: readonly NamedPdu[];
}

/**
 * Checks events that others name: signatures, and what each says against its auth events. What is not signed as it must be is left out, and
 * so is what names something that is not to be had.
 *
 * @param more - Further events that hold, which are not stored yet.
 */
export async function checkOutliers(
  { rooms, keyRing }: { readonly rooms: Rooms; readonly keyRing: Pick<KeyRing, "verifyEvents"> },
  room: RoomOfEvents,
  raws: readonly JsonObject[],
  more: ReadonlyMap<string, NamedPdu> = new Map(),
): Promise<CheckedOutliers> {
  const verified = await verifyPdus(keyRing, raws, room);
  const byId = new Map<string, NamedPdu>();
  await eachInTurn(verified, ({ pdu }) => {
    if (pdu?.roomId === room.id) byId.set(pdu.eventId, pdu);
  });
  const known = await knownAuthEvents(rooms, room, byId);
  for (const [eventId, pdu] of more) known.set(eventId, toAuthEvent(pdu));
  const held: NamedPdu[] = [];
  const holds = new Set<string>();
  const rejected: NamedPdu[] = [];
  await eachInTurn(await inAuthOrder(byId, room.rules), async (pdu) => {
    const authEvent = await authorised(pdu, room.rules, known);
    if (!authEvent) return;
    known.set(pdu.eventId, authEvent);
    (authEvent.rejected === true ? rejected : held).push(pdu);
    if (authEvent.rejected !== true) holds.add(pdu.eventId);
  });
  const heldByRaw = new Map<JsonObject, NamedPdu>();
  await eachInTurn(verified, ({ raw, pdu }) => {
    if (pdu && holds.has(pdu.eventId)) heldByRaw.set(raw, pdu);
  });
  return { held, heldByRaw, rejected };
}

/** Does something with each of very many things, one after the other, and gives others their turn between. */
async function eachInTurn<T>(items: Iterable<T>, work: (item: T) => void | Promise<void>): Promise<void> {
  for (const item of items) {
    const turn = turnIfDue();
    if (turn) await turn;
    const working = work(item);
    if (working) await working;
  }
}

/** The event as authorisation reads it, marked where it is not allowed; `undefined` where what authorises it is not to be had. */
async function authorised(pdu: NamedPdu, rules: RoomVersionRules, known: ReadonlyMap<string, AuthEvent>): Promise<AuthEvent | undefined> {
  if (namedBy(pdu, rules).some((eventId) => !known.has(eventId))) return undefined;
  try {
    const event = toAuthEvent(pdu);
    const fetchEvents = async (): Promise<Map<string, AuthEvent>> => new Map(namedBy(pdu, rules).flatMap(entryIn(known)));
    return (await authoriseByAuthEvents(event, rules, { fetchEvents })) ? { ...event, rejected: true } : event;
  } catch (error) {
    if (error instanceof StateResError) return undefined;
    throw error;
  }
}

const entryIn =
  (known: ReadonlyMap<string, AuthEvent>) =>
  (eventId: string): (readonly [string, AuthEvent])[] => {
    const event = known.get(eventId);
    return event ? [[eventId, event]] : [];
  };

/** The events that authorise one: those that it names, and the first of its room where the room's ID names that. */
function namedBy({ authEvents, roomId, pdu }: NamedPdu, rules: RoomVersionRules): readonly string[] {
  const isNamed = rules.authorization.roomCreateEventIdAsRoomId && pdu["type"] !== "m.room.create";
  return isNamed ? [...authEvents, createIdOf(roomId)] : authEvents;
}

/** Those events that are named and are stored here. */
async function knownAuthEvents(rooms: Rooms, room: RoomOfEvents, byId: ReadonlyMap<string, NamedPdu>): Promise<Map<string, AuthEvent>> {
  const elsewhere = new Set<string>();
  await eachInTurn(byId.values(), (pdu) => {
    for (const eventId of namedBy(pdu, room.rules)) if (!byId.has(eventId)) elsewhere.add(eventId);
  });
  const known = new Map<string, AuthEvent>();
  await eachInTurn((await rooms.events.loadByIds([...elsewhere])).entries(), ([eventId, event]) => {
    if (rooms.byNid(event.fields.roomNid)?.id === room.id) known.set(eventId, event.authEvent);
  });
  return known;
}

/** Events in an order in which each comes after those among them that it names. Circles are left out: hashes do not allow them. */
async function inAuthOrder(byId: ReadonlyMap<string, NamedPdu>, rules: RoomVersionRules): Promise<NamedPdu[]> {
  const order: NamedPdu[] = [];
  const state = new Map<string, "open" | "done">();
  await eachInTurn(byId.values(), async (root) => {
    const stack: NamedPdu[] = [root];
    for (let at = stack.at(-1); at; at = stack.at(-1)) {
      const turn = turnIfDue();
      if (turn) await turn;
      const before = state.get(at.eventId) === undefined ? namedBy(at, rules).flatMap((eventId) => unseen(byId, state, eventId)) : [];
      if (state.get(at.eventId) === undefined) state.set(at.eventId, "open");
      if (before.length > 0) stack.push(...before);
      else {
        stack.pop();
        if (state.get(at.eventId) === "done") continue;
        state.set(at.eventId, "done");
        order.push(at);
      }
    }
  });
  return order;
}

function unseen(byId: ReadonlyMap<string, NamedPdu>, state: ReadonlyMap<string, "open" | "done">, eventId: string): NamedPdu[] {
  const event = state.has(eventId) ? undefined : byId.get(eventId);
  return event ? [event] : [];
}
