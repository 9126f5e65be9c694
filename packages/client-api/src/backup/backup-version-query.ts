import { type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters that name a key backup. */
export interface BackupVersionQuery {
  /** The backup version. */
  version: string;
}

/** Checks a {@link BackupVersionQuery}. */
export const BackupVersionQuery: Model<BackupVersionQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<BackupVersionQuery>({ version: z.string() }),
);
