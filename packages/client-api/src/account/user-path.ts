import { type Model, obj, paramsModel } from "@patrix/api";
import { UserId } from "@patrix/identifiers";

/** Path variables of a user. */
export interface UserPath {
  userId: UserId;
}

/** Checks a {@link UserPath}. */
export const UserPath: Model<UserPath> = /* @__PURE__ */ paramsModel(() => obj<UserPath>({ userId: UserId }));
