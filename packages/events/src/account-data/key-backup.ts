import { type Model, model, obj, tolerated, unlessType } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.key_backup`: whether the user wants a backup of room keys.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkey_backup}
 */
export interface KeyBackupContent {
  /** Absent where the user has not said anything that can be understood. */
  enabled?: boolean | undefined;
}
/** Checks the content of `m.key_backup`. */
export const KeyBackupContent: Model<KeyBackupContent> = /* @__PURE__ */ model(() =>
  obj<KeyBackupContent>({ enabled: tolerated(z.optional(z.boolean()), "no-boolean", unlessType("boolean")) }),
);

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
