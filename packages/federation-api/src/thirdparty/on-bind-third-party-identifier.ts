import { EmptyObject, endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { SignedThirdPartyInvite } from "./signed-third-party-invite.ts";

/** An invite that waited for the address to be bound. */
export interface BoundThirdPartyInvite {
  medium: string;
  address: string;
  mxid: UserId;
  room_id: RoomId;
  sender: UserId;
  signed: SignedThirdPartyInvite;
}

/** Body of {@link onBindThirdPartyIdentifier}. */
export interface OnBindThirdPartyIdentifierBody {
  medium: string;
  address: string;
  mxid: UserId;
  /** The invites that waited. */
  invites: BoundThirdPartyInvite[];
}

/** Checks a {@link OnBindThirdPartyIdentifierBody}. */
export const OnBindThirdPartyIdentifierBody: Model<OnBindThirdPartyIdentifierBody> = /* @__PURE__ */ model(() =>
  obj<OnBindThirdPartyIdentifierBody>({
    medium: z.string(),
    address: z.string(),
    mxid: UserId,
    invites: independent(
      z.array(
        obj<BoundThirdPartyInvite>({
          medium: z.string(),
          address: z.string(),
          mxid: UserId,
          room_id: RoomId,
          sender: UserId,
          signed: SignedThirdPartyInvite.schema,
        }),
      ),
    ),
  }),
);

/** Request of {@link onBindThirdPartyIdentifier}. */
export interface OnBindThirdPartyIdentifierRequest {
  body: OnBindThirdPartyIdentifierBody;
}

/**
 * Tells a server that a third-party address with pending invites now belongs to one of its users.
 *
 * `PUT /_matrix/federation/v1/3pid/onbind` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv13pidonbind}
 */
export const onBindThirdPartyIdentifier: Endpoint<OnBindThirdPartyIdentifierRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "onBindThirdPartyIdentifier",
  method: "PUT",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/3pid/onbind" }] },
  body: OnBindThirdPartyIdentifierBody,
  response: EmptyObject,
});
