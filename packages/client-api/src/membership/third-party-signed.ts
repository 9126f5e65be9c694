import { type Model, model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Proof that a third-party invite is meant for the user. */
export interface ThirdPartySigned {
  /** Who sent the third-party invite. */
  sender: UserId;
  /** Who is invited. */
  mxid: UserId;
  /** The `state_key` of the `m.room.third_party_invite` event. */
  token: string;
  /** Signatures in unpadded base64, by signer and key ID. */
  signatures: Record<string, Record<string, string>>;
}

/** Checks a {@link ThirdPartySigned}. */
export const ThirdPartySigned: Model<ThirdPartySigned> = /* @__PURE__ */ model(() =>
  obj<ThirdPartySigned>({
    sender: UserId,
    mxid: UserId,
    token: z.string(),
    signatures: record(z.string(), record(z.string(), z.string())),
  }),
);
