import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { BackupAlgorithm } from "./backup-algorithm.ts";

/** A key backup. */
export interface BackupVersion {
  algorithm: BackupAlgorithm;
  /** What depends on the algorithm: the public key and its signatures. */
  auth_data: JsonObject;
  /** How many keys the backup holds. */
  count: number;
  /** Changes whenever the keys in the backup change. */
  etag: string;
  version: string;
}

/** Checks a {@link BackupVersion}. */
export const BackupVersion: Model<BackupVersion> = /* @__PURE__ */ model(() =>
  obj<BackupVersion>({ algorithm: BackupAlgorithm, auth_data: jsonObject(), count: z.int(), etag: z.string(), version: z.string() }),
);
