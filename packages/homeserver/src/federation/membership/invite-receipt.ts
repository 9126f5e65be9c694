import { isJsonObject, type JsonObject } from "@patrix/api";
import type { KeyRing } from "@patrix/federation";
import { getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { isCreate, type NamedPdu, serverOf } from "@patrix/signatures";
import { createIdOf } from "@patrix/state-res";
import { isLocalUser } from "../../log/core.ts";
import { requireWithin } from "../../errors.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import { FederatedError } from "../errors.ts";
import { verifyPdus } from "../intake/verify-pdus.ts";
import type { OwnKeys } from "../keys/own-keys.ts";
import type { RoomServers } from "../room-servers.ts";
import type { ServerAcls } from "../server-acl.ts";

/** What takes in invites of other servers. */
export interface InviteReceiptParts extends Pick<RoomParts, "rooms" | "members" | "noteOutside"> {
  readonly keyRing: KeyRing;
  readonly keys: OwnKeys;
  readonly acls: ServerAcls;
  readonly roomServers: RoomServers;
  /** Whether there is such a user of this server who can take part in rooms. */
  readonly hasAccount: (userId: string) => Promise<boolean>;
}

/** An invite that another server sends. */
export interface SentInvite {
  readonly origin: string;
  readonly roomId: string;
  readonly eventId: string;
  readonly roomVersion: string;
  readonly pdu: JsonObject;
  /** What the room shows of itself. */
  readonly roomState: readonly JsonObject[];
}

/**
 * Takes in an invite of a user of this server, and signs it.
 *
 * @throws {FederatedError} `INCOMPATIBLE_ROOM_VERSION`, `BAD_EVENT`, `INVALID_SIGNATURE` or `FORBIDDEN`.
 * @throws {RoomError} `INVITE_BLOCKED`. @throws {LimitError} `pendingInvites`.
 */
export async function takeInvite(parts: InviteReceiptParts, sent: SentInvite): Promise<JsonObject> {
  const rules = getRoomVersionRules(sent.roomVersion);
  if (!rules)
    throw new FederatedError("INCOMPATIBLE_ROOM_VERSION", `this server does not know room version ${sent.roomVersion}`, {
      roomVersion: sent.roomVersion,
    });
  const userId = requireInvite(parts, sent);
  const known = parts.rooms.find(sent.roomId);
  if (known) await parts.acls.require(known, sent.origin);
  const signed = parts.keys.sign(sent.pdu, rules);
  const pdu = await verified(parts.keyRing, { ...sent, pdu: signed }, rules);
  await requireRoomState(parts.keyRing, sent, rules);
  if (!(await parts.hasAccount(userId))) throw new FederatedError("FORBIDDEN", `${userId} is not a user of this server`);
  await parts.members.requireInvitable(userId, String(sent.pdu["sender"]));
  // A server that is in the room gets the invite once more, as every other event.
  if (known && (await parts.roomServers.isHere(known))) return signed;
  await parts.noteOutside({ roomId: sent.roomId, version: sent.roomVersion, event: pdu, strippedState: stripped(sent, pdu, rules) });
  return signed;
}

/** Checks that an event is an invite of a user of this server by one of the other: nothing else is signed. */
function requireInvite({ rooms }: InviteReceiptParts, { origin, pdu }: SentInvite): string {
  const { content, state_key: userId, sender } = pdu;
  const membership = isJsonObject(content) ? content["membership"] : undefined;
  if (pdu["type"] !== "m.room.member") throw new FederatedError("BAD_EVENT", "type: expected m.room.member");
  if (membership !== "invite") throw new FederatedError("BAD_EVENT", "content/membership: expected invite");
  if (serverOf(sender) !== origin) throw new FederatedError("BAD_EVENT", `sender: expected a user of ${origin}`);
  if (typeof userId !== "string" || !isLocalUser(rooms.core, userId))
    throw new FederatedError("BAD_EVENT", "state_key: expected a user of this server");
  return userId;
}

async function verified(keyRing: KeyRing, { origin, pdu, roomId, eventId }: SentInvite, rules: RoomVersionRules): Promise<NamedPdu> {
  const [checked] = await verifyPdus(keyRing, [pdu], { rules, giver: origin });
  if (!checked?.pdu) throw new FederatedError("INVALID_SIGNATURE", checked?.reason ?? "the invite could not be checked");
  if (checked.pdu.roomId !== roomId) throw new FederatedError("BAD_EVENT", "room_id: the invite is to another room than the request");
  if (checked.pdu.eventId !== eventId) throw new FederatedError("BAD_EVENT", "the invite has another ID than the request says");
  return checked.pdu;
}

/**
 * Checks what a room shows of itself, where its version has the first event in the room's ID: that event must be there, and each must be
 * a signed event of the room. In older versions servers send less, and what they send is shown as it is.
 */
async function requireRoomState(keyRing: KeyRing, { origin, roomId, roomState }: SentInvite, rules: RoomVersionRules): Promise<void> {
  requireWithin("strippedEvents", roomState.length, "invite_room_state");
  requireWithin("strippedBytes", Buffer.byteLength(JSON.stringify(roomState)), "invite_room_state");
  if (rules.roomIdFormat !== "create-event-hash") return;
  if (!roomState.some(isCreate)) throw new FederatedError("BAD_EVENT", "invite_room_state: m.room.create is missing");
  for (const { pdu, reason } of await verifyPdus(keyRing, roomState, { rules, giver: origin }))
    if (pdu?.roomId !== roomId) throw new FederatedError("BAD_EVENT", `invite_room_state: ${reason ?? "an event is of another room"}`);
}

/** What clients are shown of the room: stripped events, the invite itself among them with its ID and time, and so the first event of the room. */
function stripped({ roomState, roomId }: SentInvite, invite: NamedPdu, rules: RoomVersionRules): JsonObject[] {
  const shown = strippedEvents(roomState);
  const create = rules.roomIdFormat === "create-event-hash" ? roomState.find(isCreate) : undefined;
  const [first] = shown.filter(isCreate);
  if (create && first) Object.assign(first, { event_id: createIdOf(roomId), origin_server_ts: create["origin_server_ts"] });
  const own = strippedEvent(invite.pdu);
  const isOwn = (event: JsonObject): boolean => event["type"] === "m.room.member" && event["state_key"] === invite.pdu["state_key"];
  const ownWithTime = own ? [{ ...own, event_id: invite.eventId, origin_server_ts: invite.pdu["origin_server_ts"] }] : [];
  return [...shown.filter((event) => !isOwn(event)), ...ownWithTime];
}

/** The stripped form of an event; `undefined` for what is none. */
export function strippedEvent({ type, state_key: stateKey, sender, content }: JsonObject): JsonObject | undefined {
  if (typeof type !== "string" || typeof stateKey !== "string" || typeof sender !== "string" || !isJsonObject(content)) return undefined;
  return { type, state_key: stateKey, sender, content };
}

/** The stripped forms of events, without what is none. */
export function strippedEvents(events: readonly JsonObject[]): JsonObject[] {
  return events.map(strippedEvent).filter((event) => event !== undefined);
}
