import { type Model, obj, paramsModel } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of a profile field. */
export interface ProfileFieldPath {
  userId: UserId;
  /** `displayname`, `avatar_url`, `m.tz`, or a name in reverse domain style. */
  keyName: string;
}

/** Checks a {@link ProfileFieldPath}. */
export const ProfileFieldPath: Model<ProfileFieldPath> = /* @__PURE__ */ paramsModel(() =>
  obj<ProfileFieldPath>({ userId: UserId, keyName: z.string() }),
);
