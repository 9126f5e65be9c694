import { defineEvent, type EventDefinition } from "../registry/define.ts";
import { EncryptedSecretContent } from "./encrypted-secret.ts";

type Content = EncryptedSecretContent;

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.cross_signing.master": Content;
    "m.cross_signing.self_signing": Content;
    "m.cross_signing.user_signing": Content;
    "m.megolm_backup.v1": Content;
  }
}

/** Defines `m.cross_signing.master`: the private master key. @see {@link https://spec.matrix.org/v1.19/client-server-api/#cross-signing} */
export const crossSigningMaster: EventDefinition<"global-account-data", "m.cross_signing.master", Content> = /* @__PURE__ */ defineEvent(
  "global-account-data",
  "m.cross_signing.master",
  EncryptedSecretContent,
);

/** Defines `m.cross_signing.self_signing`: the private self-signing key. */
export const crossSigningSelfSigning: EventDefinition<"global-account-data", "m.cross_signing.self_signing", Content> =
  /* @__PURE__ */ defineEvent("global-account-data", "m.cross_signing.self_signing", EncryptedSecretContent);

/** Defines `m.cross_signing.user_signing`: the private user-signing key. */
export const crossSigningUserSigning: EventDefinition<"global-account-data", "m.cross_signing.user_signing", Content> =
  /* @__PURE__ */ defineEvent("global-account-data", "m.cross_signing.user_signing", EncryptedSecretContent);

/** Defines `m.megolm_backup.v1`: the private key of the key backup. */
export const megolmBackup: EventDefinition<"global-account-data", "m.megolm_backup.v1", Content> = /* @__PURE__ */ defineEvent(
  "global-account-data",
  "m.megolm_backup.v1",
  EncryptedSecretContent,
);
