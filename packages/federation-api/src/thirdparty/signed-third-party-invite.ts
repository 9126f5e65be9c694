import { type Model, model, obj, record } from "@patrix/api";
import { ServerName, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** A third-party invite, signed by the identity server. */
export interface SignedThirdPartyInvite {
  mxid: UserId;
  /** Signatures in unpadded base64, by signer and key ID. */
  signatures: Record<ServerName, Record<string, string>>;
  /** The `state_key` of the `m.room.third_party_invite` event. */
  token: string;
}

/** Checks a {@link SignedThirdPartyInvite}. */
export const SignedThirdPartyInvite: Model<SignedThirdPartyInvite> = /* @__PURE__ */ model(() =>
  obj<SignedThirdPartyInvite>({ mxid: UserId, signatures: record(ServerName, record(z.string(), z.string())), token: z.string() }),
);
