import { type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Path variables of a key backup. */
export interface BackupVersionPath {
  version: string;
}

/** Checks a {@link BackupVersionPath}. */
export const BackupVersionPath: Model<BackupVersionPath> = /* @__PURE__ */ paramsModel(() =>
  obj<BackupVersionPath>({ version: z.string() }),
);
