import { isJsonObject, type JsonObject } from "@patrix/api";
import type { KeyRing } from "@patrix/federation";
import { serverOf, type NamedPdu } from "@patrix/signatures";
import type { ReceivedEvent } from "../../rooms/receive/event-receiver.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { stateEvent } from "../../rooms/read/state-event.ts";
import { isAllowedByOtherRooms, membershipOf, restrictedRooms } from "../../rooms/membership/restricted-join.ts";
import { FederatedError } from "../errors.ts";
import type { PduIntake } from "../intake/pdu-intake.ts";
import { verifyPdus } from "../intake/verify-pdus.ts";
import type { OwnKeys } from "../keys/own-keys.ts";
import { type MembershipTemplateParts, residentRoom } from "./membership-templates.ts";

/** What takes in memberships that other servers have completed. */
export interface MembershipReceiptParts extends MembershipTemplateParts {
  readonly keyRing: KeyRing;
  readonly keys: OwnKeys;
  readonly intake: PduIntake;
}

/** A membership event that another server sends, and what it should be. */
export interface SentMembership {
  readonly origin: string;
  readonly roomId: string;
  readonly eventId: string;
  readonly membership: "join" | "leave" | "knock";
  readonly pdu: JsonObject;
}

/** A membership that is part of its room now. */
export interface TakenMembership {
  readonly room: LoadedRoom;
  readonly event: ReceivedEvent["event"];
}

/**
 * Takes in a membership event that a server sends for a user of its own.
 *
 * @throws {FederatedError} `ROOM_NOT_FOUND`, `FORBIDDEN`, `BAD_EVENT` or `INVALID_SIGNATURE`.
 */
export async function takeMembership(parts: MembershipReceiptParts, sent: SentMembership): Promise<TakenMembership> {
  const { origin, membership } = sent;
  const room = await residentRoom(parts, sent.roomId);
  await parts.acls.require(room, origin);
  const { content, sender } = sent.pdu;
  const stated = isJsonObject(content) ? content : {};
  requireMembership(sent, stated);
  if (serverOf(sender) !== origin) throw new FederatedError("FORBIDDEN", `sender: expected a user of ${origin}`);
  const countersigned = membership === "join" ? await countersign(parts, room, sent, stated) : sent.pdu;
  const pdu = await verified(parts, room, { ...sent, pdu: countersigned });
  const { outcome, event, reason } = await parts.intake.take(origin, parts.rooms.get(room.id), pdu);
  if (outcome === "rejected" || outcome === "soft-failed") throw new FederatedError("FORBIDDEN", reason ?? "the event is not allowed");
  return { room: await parts.rooms.load(room), event };
}

/** Checks that an event says what it is sent for, so that nobody is made to sign or to take in something else. */
function requireMembership({ pdu, membership }: SentMembership, content: JsonObject): void {
  const fault =
    pdu["type"] === "m.room.member"
      ? content["membership"] === membership
        ? pdu["state_key"] === pdu["sender"]
          ? undefined
          : "state_key: expected the sender"
        : `content/membership: expected ${membership}`
      : "type: expected m.room.member";
  if (fault !== undefined) throw new FederatedError("BAD_EVENT", fault);
}

/** The join with this server's signature, where it says that a user of this server lets the other one in, and that is so. */
async function countersign(
  { rooms, keys }: MembershipReceiptParts,
  room: LoadedRoom,
  { pdu }: SentMembership,
  content: JsonObject,
): Promise<JsonObject> {
  const authoriser = content["join_authorised_via_users_server"];
  const userId = String(pdu["sender"]);
  const rules = await stateEvent(rooms, room, "m.room.join_rules");
  const isRestricted = restrictedRooms(rules?.content ?? {}) !== undefined;
  const membership = await membershipOf(rooms, room, userId);
  if (!isRestricted || membership === "invite" || membership === "join") return pdu;
  if (serverOf(authoriser) !== rooms.core.serverName)
    throw new FederatedError("BAD_EVENT", "content: no user of this server is named who lets the user in");
  if (!(await isAllowedByOtherRooms(rooms, rules?.content ?? {}, userId)))
    throw new FederatedError("FORBIDDEN", `${userId} is in none of the rooms whose members may join`);
  return keys.sign(pdu, room.rules);
}

async function verified(
  { keyRing }: MembershipReceiptParts,
  room: LoadedRoom,
  { origin, pdu, roomId, eventId }: SentMembership,
): Promise<NamedPdu> {
  const [checked] = await verifyPdus(keyRing, [pdu], { rules: room.rules, giver: origin });
  if (!checked?.pdu) throw new FederatedError("INVALID_SIGNATURE", checked?.reason ?? "the event could not be checked");
  if (checked.pdu.roomId !== roomId) throw new FederatedError("BAD_EVENT", "room_id: the event is of another room than the request");
  if (checked.pdu.eventId !== eventId) throw new FederatedError("BAD_EVENT", "the event has another ID than the request says");
  return checked.pdu;
}
