import { type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";
import { CrossSigningKey } from "../identity-keys/cross-signing-key.ts";

/**
 * Content of `m.signing_key_update`: the cross-signing keys of a user have changed.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#definition-msigning_key_update}
 */
export interface SigningKeyUpdateContent {
  user_id: UserId;
  master_key?: CrossSigningKey | undefined;
  self_signing_key?: CrossSigningKey | undefined;
}
/** Checks the content of `m.signing_key_update`. */
export const SigningKeyUpdateContent: Model<SigningKeyUpdateContent> = /* @__PURE__ */ model(() =>
  obj<SigningKeyUpdateContent>({
    user_id: UserId,
    master_key: z.optional(CrossSigningKey.schema),
    self_signing_key: z.optional(CrossSigningKey.schema),
  }),
);

declare module "../registry/define.ts" {
  interface EduMap {
    "m.signing_key_update": SigningKeyUpdateContent;
  }
}

/** Defines the EDU `m.signing_key_update`. */
export const signingKeyUpdateEdu: EventDefinition<"edu", "m.signing_key_update", SigningKeyUpdateContent> = /* @__PURE__ */ defineEvent(
  "edu",
  "m.signing_key_update",
  SigningKeyUpdateContent,
);
