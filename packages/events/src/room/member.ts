import { lenient, type Model, model, obj, type OpenEnum, openEnum, record, whenMissing } from "@patrix/api";
import { type ServerName, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventDefinition, stateEvent } from "../registry/define.ts";

/** The identity server's word that an invited third-party identifier belongs to a user. */
export interface SignedThirdPartyInvite {
  /** The user who is invited. */
  mxid: UserId;
  /** By server and key ID, in unpadded base64. */
  signatures: Record<ServerName, Record<string, string>>;
  /** The state key of the `m.room.third_party_invite` that this fulfils. */
  token: string;
}
/** Checks {@link SignedThirdPartyInvite}. */
export const SignedThirdPartyInvite: Model<SignedThirdPartyInvite> = /* @__PURE__ */ model(() =>
  obj<SignedThirdPartyInvite>({ mxid: UserId, signatures: record(z.string(), record(z.string(), z.string())), token: z.string() }),
);

/** How an invitation of a third-party identifier became that of a user. */
export interface MemberThirdPartyInvite {
  /** Shown instead of the third-party identifier. */
  display_name: string;
  signed: SignedThirdPartyInvite;
}
/** Checks {@link MemberThirdPartyInvite}. */
export const MemberThirdPartyInvite: Model<MemberThirdPartyInvite> = /* @__PURE__ */ model(() =>
  obj<MemberThirdPartyInvite>({
    display_name: lenient(z.string(), "optional", whenMissing({ replacement: "" })),
    signed: SignedThirdPartyInvite.schema,
  }),
);

/**
 * Content of `m.room.member`: the membership of the user whom the state key names.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroommember}
 */
export interface RoomMemberContent {
  membership: OpenEnum<"invite" | "join" | "knock" | "leave" | "ban">;
  displayname?: string | null | undefined;
  /** Usually an `mxc:` URI; not checked, as empty strings and `https:` occur. */
  avatar_url?: string | undefined;
  /** On invites: whether the room is meant to be a direct chat. */
  is_direct?: boolean | undefined;
  /** A resident user who can invite and whose server signed a restricted join. */
  join_authorised_via_users_server?: UserId | undefined;
  /** Why the membership changed, in the words of the sender. */
  reason?: string | undefined;
  third_party_invite?: MemberThirdPartyInvite | undefined;
}
/** Checks the content of `m.room.member`. */
export const RoomMemberContent: Model<RoomMemberContent> = /* @__PURE__ */ model(() =>
  obj<RoomMemberContent>({
    membership: openEnum(["invite", "join", "knock", "leave", "ban"]),
    displayname: z.optional(z.nullable(z.string())),
    avatar_url: z.optional(z.string()),
    is_direct: z.optional(z.boolean()),
    join_authorised_via_users_server: z.optional(UserId),
    reason: z.optional(z.string()),
    third_party_invite: z.optional(MemberThirdPartyInvite.schema),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.member": RoomMemberContent;
  }
  interface StateKeyMap {
    "m.room.member": UserId;
  }
}

/** Defines `m.room.member`. */
export const roomMember: EventDefinition<"state", "m.room.member", RoomMemberContent> = /* @__PURE__ */ stateEvent(
  "m.room.member",
  RoomMemberContent,
  UserId,
);
