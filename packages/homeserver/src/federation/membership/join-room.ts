import type { JsonObject } from "@patrix/api";
import { authoriseByAuthEvents, type FederationClient, type KeyRing } from "@patrix/federation";
import { makeJoin, sendJoinV2, type SendJoinV2Response } from "@patrix/federation-api";
import type { EventId, RoomId, UserId } from "@patrix/identifiers";
import { type RoomVersionRules, roomVersions } from "@patrix/room-versions";
import { type BuiltPdu, fromFederation, isCreate, type NamedPdu } from "@patrix/signatures";
import { checkStateDependentAuth, createIdOf, toAuthEvent } from "@patrix/state-res";
import { limits } from "../../limits.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { LoadedRoom, Room } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { eventStatus, hasState } from "../../rooms/timeline/stored-event.ts";
import { FederatedError } from "../errors.ts";
import { checkOutliers } from "../intake/outliers.ts";
import type { OwnKeys } from "../keys/own-keys.ts";
import type { FirstAsked } from "./ask-servers.ts";
import { completeTemplate } from "./complete-template.ts";
import { verifyPdus } from "../intake/verify-pdus.ts";

/** How long a server may take to hand a room over, in milliseconds. */
const HAND_OVER_MS = 120_000;
/** The largest room that is taken over, in bytes of its state and what authorises it. */
const MAX_ROOM_BYTES = 256 * 1024 * 1024;

/** What joins rooms by other servers. */
export interface JoinParts extends Pick<RoomParts, "rooms" | "adopt" | "receiver"> {
  readonly client: FederationClient;
  readonly keyRing: KeyRing;
  readonly keys: OwnKeys;
  /** Told of an event that the other server passes on to all others. */
  readonly passOver: (eventId: string) => void;
  /** Whether this server has joined users in a room. */
  readonly isHere: (roomId: string) => Promise<boolean>;
  /** Lets one hand-over of a room after the other be taken in. */
  readonly inTurn: <T>(roomId: string, work: () => Promise<T>) => Promise<T>;
  /** Whether rooms are joined without their members, who come afterwards. */
  readonly withoutMembers: boolean;
  /** What authorises an event, as a server says, if it does. */
  readonly authChain: (server: string, roomId: string, eventId: string) => Promise<readonly JsonObject[] | undefined>;
  /** Has the state before an event of a room stored, as a server says it was, and gives the IDs of its events. */
  readonly stateBefore: (server: string, room: Room, eventId: string) => Promise<readonly string[]>;
}

/** Who joins which room. */
export interface WantedJoin {
  readonly roomId: string;
  readonly userId: string;
  /** What the membership says besides that. */
  readonly content: JsonObject;
  readonly first: FirstAsked;
}

/** The versions of rooms that this server can take over. */
export const knownVersions: readonly string[] = [...roomVersions.keys()];

/**
 * Joins a room by a server that is in it: completes the join that it drafts, gets the room, and takes it over.
 *
 * @throws {MatrixError} What the other server answered. @throws {FederatedError} Where what it gave cannot be used.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#joining-rooms}
 */
export async function joinBy(parts: JoinParts, server: string, { roomId, userId, content, first }: WantedJoin): Promise<LoadedRoom> {
  const { client, rooms } = parts;
  const path = { roomId: roomId as RoomId, userId: userId as UserId };
  const template = await client.request(server, makeJoin, { path, query: { ver: [...knownVersions] } }, first);
  const drafted = completeTemplate(
    template,
    { roomId, userId, membership: "join", content },
    { keys: parts.keys, clock: rooms.core.clock },
  );
  // Where this server is in the room, it knows the members, or is about to.
  const omitsMembers = parts.withoutMembers && (!(await parts.isHere(roomId)) || isPartial(rooms, roomId));
  const answer = await client.request(
    server,
    sendJoinV2,
    {
      path: { roomId: roomId as RoomId, eventId: drafted.built.eventId as EventId },
      query: { omit_members: omitsMembers },
      body: drafted.built.pdu,
    },
    { timeoutMs: HAND_OVER_MS, maxResponseSizeBytes: MAX_ROOM_BYTES },
  );
  return takeOver(parts, { roomId, server, answer, omitsMembers, ...drafted });
}

function isPartial(rooms: Rooms, roomId: string): boolean {
  const room = rooms.find(roomId);
  return room !== undefined && rooms.partial.of(room.nid) !== undefined;
}

interface HandedOver {
  readonly roomId: string;
  readonly server: string;
  readonly version: string;
  readonly rules: RoomVersionRules;
  readonly built: BuiltPdu;
  readonly answer: SendJoinV2Response;
  /** Whether members may be missing. */
  readonly omitsMembers: boolean;
}

async function takeOver(parts: JoinParts, handed: HandedOver): Promise<LoadedRoom> {
  const { rooms } = parts;
  const { roomId, server, version, rules, answer } = handed;
  const lacksMembers = answer.members_omitted === true;
  if (lacksMembers && !handed.omitsMembers) throw new FederatedError("BAD_EVENT", "the other server left members out");
  if (answer.state.length + answer.auth_chain.length > 2 * limits.fetchedState.value)
    throw new FederatedError("TOO_LARGE", "the room has too much state");
  const event = await signedJoin(parts, handed);
  const { held: checked, heldByRaw } = await checkOutliers(parts, { id: roomId, rules, giver: server }, [
    ...answer.auth_chain,
    ...answer.state,
  ]);
  const all = lacksMembers ? [...checked, ...(await missingAuthEvents(parts, handed, { event, checked }))] : checked;
  const held = new Map(all.map((pdu) => [pdu.eventId, pdu]));
  const told = stateOf(answer.state.flatMap((raw) => heldByRaw.get(raw) ?? []));
  const state = lacksMembers ? withNamedMembers(told, event, held) : told;
  const isState = new Set(state.map(({ eventId }) => eventId));
  await requireJoin({ version, rules, state, held }, event);
  parts.passOver(event.eventId);
  return parts.inTurn(roomId, async () => {
    const isHere = await parts.isHere(roomId);
    const resumed = !isHere && lacksMembers ? await resumeRoom(parts, roomId, event) : undefined;
    if (resumed) return resumed;
    if (!isHere)
      return parts.adopt({
        roomId,
        version,
        state,
        authChain: all.filter(({ eventId }) => !isState.has(eventId)),
        event,
        ...(lacksMembers && { partial: { server, servers: serversIn(handed, rooms.core.serverName) } }),
      });
    // A room that this server is in by another user has the join as every other event of another server.
    const room = rooms.get(roomId);
    await parts.receiver.receiveOutliers(room, all);
    await parts.receiver.receive(room, event, { stateBefore: await stateOfKnown(parts, handed, { room, event, isState }) });
    return rooms.load(room);
  });
}

/** What authorises a join and was left out with the members: this server may know it, since its users were in the room before. */
async function missingAuthEvents(
  { rooms, keyRing, authChain }: JoinParts,
  { roomId, rules, server }: HandedOver,
  { event, checked }: { readonly event: NamedPdu; readonly checked: readonly NamedPdu[] },
): Promise<NamedPdu[]> {
  const has = new Set(checked.map(({ eventId }) => eventId));
  const missing = event.authEvents.filter((eventId) => !has.has(eventId));
  const stored = await rooms.events.loadByIds(missing);
  const known = [...stored.values()].filter(
    ({ fields }) => rooms.byNid(fields.roomNid)?.id === roomId && fields.status !== eventStatus.rejected,
  );
  const isKnown = missing.every((eventId) => stored.has(eventId));
  const raws = isKnown ? [] : ((await authChain(server, roomId, event.eventId)) ?? []);
  const { held } = await checkOutliers(
    { rooms, keyRing },
    { id: roomId, rules, giver: server },
    raws,
    new Map(checked.map((pdu) => [pdu.eventId, pdu])),
  );
  return [...known.map(({ pdu }) => fromFederation(pdu, rules)), ...held];
}

/**
 * Goes on with a room that lacked members when the last user of this server left it, if nothing has happened there since that is not here.
 *
 * @returns Nothing where that is not so.
 */
async function resumeRoom({ rooms, receiver }: JoinParts, roomId: string, event: NamedPdu): Promise<LoadedRoom | undefined> {
  const room = rooms.find(roomId);
  const left = room && rooms.partial.leftOf(room.nid);
  if (!left) return undefined;
  const known = await rooms.events.loadByIds(event.prevEvents);
  if (!event.prevEvents.every((eventId) => hasState(known.get(eventId)))) return undefined;
  await rooms.partial.resume(room.nid, left);
  const { outcome } = await receiver.receive(room, event);
  if (outcome === "accepted" || outcome === "known") {
    rooms.partial.applyBegin(room.nid, left);
    return rooms.load(room);
  }
  await rooms.partial.end(room.nid, left);
  return undefined;
}

/** The state before a join to a room that this server is in; nothing where it follows from the events before it, which are here. */
async function stateOfKnown(
  { rooms, stateBefore }: JoinParts,
  { server, answer }: HandedOver,
  { room, event, isState }: { readonly room: Room; readonly event: NamedPdu; readonly isState: ReadonlySet<string> },
): Promise<readonly string[] | undefined> {
  if (answer.members_omitted !== true) return [...isState];
  const known = await rooms.events.loadByIds(event.prevEvents);
  if (event.prevEvents.every((eventId) => hasState(known.get(eventId)))) return undefined;
  // What is left out here is left out of the rest of the room as well.
  return rooms.partial.of(room.nid) ? [...isState] : stateBefore(server, room, event.eventId);
}

/** The servers that were in the room, as far as the other one tells, without this one. */
function serversIn({ server, answer }: HandedOver, ownName: string): ReadonlySet<string> {
  const told = (answer.servers_in_room ?? []).slice(0, limits.partialRoomServers.value);
  return new Set([server, ...told].filter((name) => name !== ownName));
}

/** A state that lacks members, with those that the join rests on: the other server says by them who is in. */
function withNamedMembers(state: readonly NamedPdu[], event: NamedPdu, held: ReadonlyMap<string, NamedPdu>): NamedPdu[] {
  const known = new Set(state.flatMap(({ pdu }) => (pdu["type"] === "m.room.member" ? [pdu["state_key"]] : [])));
  const named = event.authEvents.flatMap((eventId) => held.get(eventId) ?? []);
  return stateOf([...state, ...named.filter(({ pdu }) => pdu["type"] === "m.room.member" && !known.has(pdu["state_key"]))]);
}

/** The join, with the signatures that the other server added to it, if it is still the same. */
async function signedJoin({ keyRing }: JoinParts, { server, answer, built, rules }: HandedOver): Promise<NamedPdu> {
  const own = fromFederation(built.pdu, rules);
  const { content } = own.pdu as { readonly content: JsonObject };
  if (!answer.event && content["join_authorised_via_users_server"] === undefined) return own;
  if (!answer.event) throw new FederatedError("BAD_EVENT", "the other server did not sign for the user who lets this one in");
  const [checked] = await verifyPdus(keyRing, [answer.event], { rules, giver: server });
  if (checked?.pdu?.eventId !== own.eventId) throw new FederatedError("BAD_EVENT", "the other server gave another join back");
  return checked.pdu;
}

/** The state events among those that were handed over as the state and hold, one for each key. */
function stateOf(pdus: readonly NamedPdu[]): NamedPdu[] {
  const byKey = new Map<string, NamedPdu>();
  for (const pdu of pdus) {
    const { type, state_key: stateKey } = pdu.pdu;
    if (typeof type !== "string" || typeof stateKey !== "string") continue;
    const key = JSON.stringify([type, stateKey]);
    if (byKey.has(key)) throw new FederatedError("BAD_EVENT", `the state has ${type} twice`);
    byKey.set(key, pdu);
  }
  return [...byKey.values()];
}

interface CheckedState {
  readonly version: string;
  readonly rules: RoomVersionRules;
  readonly state: readonly NamedPdu[];
  readonly held: ReadonlyMap<string, NamedPdu>;
}

/** Checks that the state is one of the version, and lets the user in. */
async function requireJoin({ version, rules, state, held }: CheckedState, event: NamedPdu): Promise<void> {
  const create = state.find(({ pdu }) => isCreate(pdu));
  if (!create) throw new FederatedError("BAD_EVENT", "the state has no m.room.create");
  const { content } = create.pdu as { readonly content: JsonObject };
  const stated = content["room_version"] ?? "1";
  if (stated !== version) throw new FederatedError("BAD_EVENT", `m.room.create: expected room version ${version}`);
  const authEvent = toAuthEvent(event);
  const named = [...event.authEvents, ...(rules.authorization.roomCreateEventIdAsRoomId ? [createIdOf(event.roomId)] : [])];
  const known = new Map(
    named.flatMap((eventId) => (held.has(eventId) ? [[eventId, toAuthEvent(held.get(eventId) as NamedPdu)] as const] : [])),
  );
  const missing = named.find((eventId) => !known.has(eventId));
  if (missing !== undefined) throw new FederatedError("BAD_EVENT", `${missing}, which authorises the join, is not to be had`);
  const byEvents = await authoriseByAuthEvents(authEvent, rules, { fetchEvents: async () => known });
  const byState = checkStateDependentAuth(authEvent, rules, (type, stateKey) => {
    const found = state.find(({ pdu }) => pdu["type"] === type && pdu["state_key"] === stateKey);
    return found && toAuthEvent(found);
  });
  const rejected = byEvents ?? (byState.outcome === "rejected" ? byState : undefined);
  if (rejected) throw new FederatedError("FORBIDDEN", `the join is not allowed: ${rejected.reason}`);
}
