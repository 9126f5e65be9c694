import { independent, model, type Model, obj, record } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import { RoomKeyBackup } from "./room-key-backup.ts";

/** The backed-up keys of several rooms. */
export interface KeyBackup {
  /** By room. */
  rooms: Record<RoomId, RoomKeyBackup>;
}

/** Checks a {@link KeyBackup}. */
export const KeyBackup: Model<KeyBackup> = /* @__PURE__ */ model(() =>
  obj<KeyBackup>({ rooms: independent(record(RoomId, RoomKeyBackup.schema)) }),
);
