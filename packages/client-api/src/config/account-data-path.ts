import { type Model, obj, paramsModel } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of account data. */
export interface AccountDataPath {
  userId: UserId;
  type: string;
}

/** Checks a {@link AccountDataPath}. */
export const AccountDataPath: Model<AccountDataPath> = /* @__PURE__ */ paramsModel(() =>
  obj<AccountDataPath>({ userId: UserId, type: z.string() }),
);
