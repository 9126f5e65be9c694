import { type Model, model, obj, type OpenEnum, openEnum, tolerated, unlessType } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.invite_permission_config`: whether the user can be invited.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#minvite_permission_config}
 */
export interface InvitePermissionConfigContent {
  /** `block`: the server refuses all invites. Absent or anything else: invites come in. */
  default_action?: OpenEnum<"block"> | undefined;
}
/** Checks the content of `m.invite_permission_config`. */
export const InvitePermissionConfigContent: Model<InvitePermissionConfigContent> = /* @__PURE__ */ model(() =>
  obj<InvitePermissionConfigContent>({ default_action: tolerated(z.optional(openEnum(["block"])), "no-text", unlessType("string")) }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.invite_permission_config": InvitePermissionConfigContent;
  }
}

/** Defines `m.invite_permission_config`. */
export const invitePermissionConfig: EventDefinition<"global-account-data", "m.invite_permission_config", InvitePermissionConfigContent> =
  /* @__PURE__ */ defineEvent("global-account-data", "m.invite_permission_config", InvitePermissionConfigContent);
