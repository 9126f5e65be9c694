import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { MxcUri, RoomAlias, RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link storeInvite}. */
export interface StoreInviteBody {
  medium: string;
  address: string;
  room_id: RoomId;
  sender: UserId;
  room_alias?: RoomAlias | undefined;
  /** Content URI of the room's avatar. */
  room_avatar_url?: MxcUri | undefined;
  /** Join rule of the room. */
  room_join_rules?: string | undefined;
  room_name?: string | undefined;
  sender_display_name?: string | undefined;
  /** Content URI of the sender's avatar. */
  sender_avatar_url?: MxcUri | undefined;
  /** The `type` of the create event. */
  room_type?: string | undefined;
}

/** Checks a {@link StoreInviteBody}. */
export const StoreInviteBody: Model<StoreInviteBody> = /* @__PURE__ */ model(() =>
  obj<StoreInviteBody>({
    medium: z.string(),
    address: z.string(),
    room_id: RoomId,
    sender: UserId,
    room_alias: z.optional(RoomAlias),
    room_avatar_url: z.optional(MxcUri),
    room_join_rules: z.optional(z.string()),
    room_name: z.optional(z.string()),
    sender_display_name: z.optional(z.string()),
    sender_avatar_url: z.optional(MxcUri),
    room_type: z.optional(z.string()),
  }),
);

/** A key that will sign the acceptance of the invite. */
export interface InvitePublicKey {
  /** In unpadded base64. */
  public_key: string;
  /** Where to ask whether the key is valid. */
  key_validity_url: string;
}

/** Response of {@link storeInvite}. */
export interface StoreInviteResponse {
  /** To be the `state_key` of the `m.room.third_party_invite` event. */
  token: string;
  public_keys: InvitePublicKey[];
  /** The address with parts left out, to be shown in the room. */
  display_name: string;
}

/** Checks a {@link StoreInviteResponse}. */
export const StoreInviteResponse: Model<StoreInviteResponse> = /* @__PURE__ */ model(() =>
  obj<StoreInviteResponse>({
    token: z.string(),
    public_keys: z.array(obj<InvitePublicKey>({ public_key: z.string(), key_validity_url: z.string() })),
    display_name: z.string(),
  }),
);

/** Request of {@link storeInvite}. */
export interface StoreInviteRequest {
  body: StoreInviteBody;
}

/**
 * Keeps an invite for the future owner of a third-party address, who is told by mail.
 *
 * `POST /_matrix/identity/v2/store-invite` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2store-invite}
 */
export const storeInvite: Endpoint<StoreInviteRequest, StoreInviteResponse> = /* @__PURE__ */ endpoint({
  id: "storeInviteV2",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/store-invite" }] },
  errors: { 400: { errcodes: ["M_THREEPID_IN_USE", "M_UNRECOGNIZED"] }, 403: { errcodes: ["M_TERMS_NOT_SIGNED"] } },
  body: StoreInviteBody,
  response: StoreInviteResponse,
});
