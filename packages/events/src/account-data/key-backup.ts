import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.key_backup`: whether the user wants a backup of room keys.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkey_backup}
 */
export interface KeyBackupContent {
  enabled: boolean;
}
/** Checks the content of `m.key_backup`. */
export const KeyBackupContent: Model<KeyBackupContent> = /* @__PURE__ */ model(() => obj<KeyBackupContent>({ enabled: z.boolean() }));

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.key_backup": KeyBackupContent;
  }
}

/** Defines `m.key_backup`. */
export const keyBackup: EventDefinition<"global-account-data", "m.key_backup", KeyBackupContent> = /* @__PURE__ */ defineEvent(
  "global-account-data",
  "m.key_backup",
  KeyBackupContent,
);
