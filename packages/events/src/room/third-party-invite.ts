import { lenient, type Model, model, obj, whenMissing } from "@patrix/api";
import * as z from "zod/mini";
import { type EventDefinition, stateEvent } from "../registry/define.ts";

/** A key that may sign the claim of an invitation. */
export interface ThirdPartyInviteKey {
  /** Tells whether the key is still valid; absent: it always is. */
  key_validity_url?: string | undefined;
  /** Ed25519 key in base64, of either alphabet. */
  public_key: string;
}
/** Checks {@link ThirdPartyInviteKey}. */
export const ThirdPartyInviteKey: Model<ThirdPartyInviteKey> = /* @__PURE__ */ model(() =>
  obj<ThirdPartyInviteKey>({ key_validity_url: z.optional(z.string()), public_key: z.string() }),
);

/**
 * Content of `m.room.third_party_invite`: an invitation to an address that belongs to no user yet.
 * The state key is the token.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomthird_party_invite}
 */
export interface RoomThirdPartyInviteContent {
  /** Shown instead of the address. */
  display_name: string;
  /** Tells whether `public_key` is still valid. */
  key_validity_url: string;
  /** Ed25519 key in base64, of either alphabet. */
  public_key: string;
  public_keys?: ThirdPartyInviteKey[] | undefined;
}
/** Checks the content of `m.room.third_party_invite`. */
export const RoomThirdPartyInviteContent: Model<RoomThirdPartyInviteContent> = /* @__PURE__ */ model(() =>
  obj<RoomThirdPartyInviteContent>({
    display_name: lenient(z.string(), "optional", whenMissing({ replacement: "" })),
    key_validity_url: lenient(z.string(), "optional", whenMissing({ replacement: "" })),
    public_key: lenient(z.string(), "optional", whenMissing({ replacement: "" })),
    public_keys: z.optional(z.array(ThirdPartyInviteKey.schema)),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.third_party_invite": RoomThirdPartyInviteContent;
  }
}

/** Defines `m.room.third_party_invite`. */
export const roomThirdPartyInvite: EventDefinition<"state", "m.room.third_party_invite", RoomThirdPartyInviteContent> =
  /* @__PURE__ */ stateEvent("m.room.third_party_invite", RoomThirdPartyInviteContent);
