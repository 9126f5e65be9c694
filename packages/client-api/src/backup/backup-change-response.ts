import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response to a change of the keys in a backup. */
export interface BackupChangeResponse {
  /** Changes whenever the keys in the backup change. */
  etag: string;
  /** How many keys the backup holds. */
  count: number;
}

/** Checks a {@link BackupChangeResponse}. */
export const BackupChangeResponse: Model<BackupChangeResponse> = /* @__PURE__ */ model(() =>
  obj<BackupChangeResponse>({ etag: z.string(), count: z.int() }),
);
