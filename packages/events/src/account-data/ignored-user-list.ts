import { type JsonObject, jsonObject, model, type Model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.ignored_user_list`: whose events and invites the user does not want.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mignored_user_list}
 */
export interface IgnoredUserListContent {
  /** By user; the objects are empty. */
  ignored_users: Record<UserId, JsonObject>;
}
/** Checks the content of `m.ignored_user_list`. */
export const IgnoredUserListContent: Model<IgnoredUserListContent> = /* @__PURE__ */ model(() =>
  obj<IgnoredUserListContent>({ ignored_users: z.looseRecord(UserId, jsonObject()) }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.ignored_user_list": IgnoredUserListContent;
  }
}

/** Defines `m.ignored_user_list`. */
export const ignoredUserList: EventDefinition<"global-account-data", "m.ignored_user_list", IgnoredUserListContent> =
  /* @__PURE__ */ defineEvent("global-account-data", "m.ignored_user_list", IgnoredUserListContent);
