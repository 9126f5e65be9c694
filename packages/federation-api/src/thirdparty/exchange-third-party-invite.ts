import { EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "../event/room-path.ts";
import { SignedThirdPartyInvite } from "./signed-third-party-invite.ts";

/** The third-party invite that the invite comes from. */
export interface ExchangedThirdPartyInvite {
  /** A name for people. */
  display_name: string;
  signed: SignedThirdPartyInvite;
}

/** Content of the invite to send. */
export interface ExchangedInviteContent {
  /** Always `invite`. */
  membership: string;
  third_party_invite: ExchangedThirdPartyInvite;
}

/** Body of {@link exchangeThirdPartyInvite}. */
export interface ExchangeThirdPartyInviteBody {
  type: string;
  room_id: RoomId;
  sender: UserId;
  state_key: UserId;
  content: ExchangedInviteContent;
}

/** Checks a {@link ExchangeThirdPartyInviteBody}. */
export const ExchangeThirdPartyInviteBody: Model<ExchangeThirdPartyInviteBody> = /* @__PURE__ */ model(() =>
  obj<ExchangeThirdPartyInviteBody>({
    type: z.string(),
    room_id: RoomId,
    sender: UserId,
    state_key: UserId,
    content: obj<ExchangedInviteContent>({
      membership: z.string(),
      third_party_invite: obj<ExchangedThirdPartyInvite>({ display_name: z.string(), signed: SignedThirdPartyInvite.schema }),
    }),
  }),
);

/** Request of {@link exchangeThirdPartyInvite}. */
export interface ExchangeThirdPartyInviteRequest {
  path: RoomPath;
  body: ExchangeThirdPartyInviteBody;
}

/**
 * Asks a server in the room to turn a third-party invite into an invite.
 *
 * `PUT /_matrix/federation/v1/exchange_third_party_invite/{roomId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1exchange_third_party_inviteroomid}
 */
export const exchangeThirdPartyInvite: Endpoint<ExchangeThirdPartyInviteRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "exchangeThirdPartyInvite",
  method: "PUT",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/exchange_third_party_invite/{roomId}" }] },
  path: RoomPath,
  body: ExchangeThirdPartyInviteBody,
  response: EmptyObject,
});
