import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** The backed-up key of a session. */
export interface KeyBackupData {
  /** Index of the first message that the key decrypts. */
  first_message_index: number;
  /** How often the key was forwarded between devices. */
  forwarded_count: number;
  /** Whether the device that made the backup had verified the sender's device. */
  is_verified: boolean;
  /** The encrypted key; its form depends on the algorithm. */
  session_data: JsonObject;
}

/** Checks a {@link KeyBackupData}. */
export const KeyBackupData: Model<KeyBackupData> = /* @__PURE__ */ model(() =>
  obj<KeyBackupData>({ first_message_index: z.int(), forwarded_count: z.int(), is_verified: z.boolean(), session_data: jsonObject() }),
);
