import { independent, model, type Model, obj, record } from "@patrix/api";
import * as z from "zod/mini";
import { KeyBackupData } from "./key-backup-data.ts";

/** The backed-up keys of a room. */
export interface RoomKeyBackup {
  /** By session ID. */
  sessions: Record<string, KeyBackupData>;
}

/** Checks a {@link RoomKeyBackup}. */
export const RoomKeyBackup: Model<RoomKeyBackup> = /* @__PURE__ */ model(() =>
  obj<RoomKeyBackup>({ sessions: independent(record(z.string(), KeyBackupData.schema)) }),
);
