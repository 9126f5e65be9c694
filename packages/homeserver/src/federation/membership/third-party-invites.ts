import { isJsonObject, type JsonObject } from "@patrix/api";
import type { FederationClient } from "@patrix/federation";
import { exchangeThirdPartyInvite, type OnBindThirdPartyIdentifierBody } from "@patrix/federation-api";
import type { RoomId } from "@patrix/identifiers";
import { serverOf } from "@patrix/signatures";
import type { BackgroundFailure } from "../../background.ts";
import { requireWithin } from "../../errors.ts";
import { isLocalUser } from "../../log/core.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { stateEvent } from "../../rooms/read/state-event.ts";
import { FederatedError, isOwnTrouble } from "../errors.ts";
import type { RoomServers } from "../room-servers.ts";
import type { ServerAcls } from "../server-acl.ts";
import { residentRoom } from "./membership-templates.ts";

/** What turns invites of addresses into invites of users. */
export interface ThirdPartyInviteParts extends Pick<RoomParts, "rooms" | "members"> {
  readonly client: FederationClient;
  readonly roomServers: RoomServers;
  readonly acls: ServerAcls;
  readonly mayAsk: (server: string) => boolean;
  /** Whether there is such a user of this server who can take part in rooms. */
  readonly hasAccount: (userId: string) => Promise<boolean>;
  readonly unexpected: BackgroundFailure;
}

/** An invite of an address whose owner is known now. */
interface OwnedInvite {
  readonly roomId: string;
  /** Who has invited the address. */
  readonly sender: string;
  /** What the identity server says of the owner: `mxid` and `token`, signed. */
  readonly signed: JsonObject;
}

/**
 * Turns an invite of an address into one of the user who owns it, as another server asks: it says who that is in the words of the identity
 * server, which the room's rules check.
 *
 * @throws {FederatedError} `ROOM_NOT_FOUND`, `BAD_EVENT` or `FORBIDDEN`. @throws {RoomError} `FORBIDDEN` with the rule that does not allow it.
 */
export async function exchangeInvite(parts: ThirdPartyInviteParts, origin: string, roomId: string, event: JsonObject): Promise<void> {
  const { content, sender } = event;
  const bad = (fault: string): FederatedError => new FederatedError("BAD_EVENT", fault);
  if (event["type"] !== "m.room.member" || !isJsonObject(content) || content["membership"] !== "invite") throw bad("expected an invite");
  if (event["room_id"] !== roomId) throw bad("room_id: expected the room of the request");
  const signed = isJsonObject(content["third_party_invite"]) ? content["third_party_invite"]["signed"] : undefined;
  if (!isJsonObject(signed) || event["state_key"] !== signed["mxid"]) throw bad("state_key: expected the user who owns the address");
  if (typeof sender !== "string" || !isLocalUser(parts.rooms.core, sender)) throw bad("sender: expected a user of this server");
  const room = await residentRoom(parts, roomId);
  await parts.acls.require(room, origin);
  await inviteOwner(parts, room, { sender, signed });
}

async function inviteOwner(
  { rooms, members }: ThirdPartyInviteParts,
  room: LoadedRoom,
  { sender, signed }: Omit<OwnedInvite, "roomId">,
): Promise<void> {
  const { mxid: target, token } = signed;
  if (typeof target !== "string" || typeof token !== "string") throw new FederatedError("BAD_EVENT", "signed: expected mxid and token");
  const invite = await stateEvent(rooms, room, "m.room.third_party_invite", token);
  if (!invite) throw new FederatedError("FORBIDDEN", "the room has no such invite of an address");
  const { display_name: name } = invite.content;
  const proof = { display_name: typeof name === "string" ? name : "", signed };
  await members.invite(room, { sender, target }, { third_party_invite: proof });
}

/**
 * Takes in that an address belongs to a user of this server now, with the invites that have waited for that. Each goes to the server of whoever
 * has invited; one that is refused leaves the others alone. Nobody signs the notice, so it is believed in nothing but what the rooms check.
 *
 * @throws {LimitError} `boundInvites`.
 */
export async function takeBinding(parts: ThirdPartyInviteParts, { mxid, invites }: OnBindThirdPartyIdentifierBody): Promise<void> {
  requireWithin("boundInvites", invites.length, "/invites");
  if (!isLocalUser(parts.rooms.core, mxid) || !(await parts.hasAccount(mxid))) return;
  for (const { room_id: roomId, sender, signed } of invites) {
    if (signed.mxid !== mxid) continue;
    try {
      await askFor(parts, { roomId, sender, signed: { ...signed } });
    } catch (error) {
      if (isOwnTrouble(error)) throw error;
      parts.unexpected("an invite of an address could not be taken up", error);
    }
  }
}

async function askFor(parts: ThirdPartyInviteParts, invite: OwnedInvite): Promise<void> {
  const { rooms, client, mayAsk } = parts;
  const { roomId, sender, signed } = invite;
  if (isLocalUser(rooms.core, sender)) return inviteOwner(parts, await residentRoom(parts, roomId), invite);
  const server = serverOf(sender) ?? "";
  if (!mayAsk(server)) return;
  const content = { membership: "invite", third_party_invite: { display_name: "", signed } };
  const body = { type: "m.room.member", room_id: roomId, sender, state_key: signed["mxid"], content };
  // It has the form of its type, but for the branded IDs.
  const request = { path: { roomId: roomId as RoomId }, body } as object as Parameters<typeof exchangeThirdPartyInvite.request>[0];
  await client.request(server, exchangeThirdPartyInvite, request);
}
