import { type Model, model, obj } from "@patrix/api";
import type { UserId } from "@patrix/identifiers";
import { compileGlob } from "@patrix/push-rules";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `org.matrix.msc4155.invite_permission_config`: who may invite the user
 * ([MSC4155](https://github.com/matrix-org/matrix-spec-proposals/pull/4155)). Entries are globs.
 */
export interface InviteFilterContent {
  /** Default: `true`. */
  enabled?: boolean | undefined;
  allowed_users?: string[] | undefined;
  ignored_users?: string[] | undefined;
  blocked_users?: string[] | undefined;
  allowed_servers?: string[] | undefined;
  ignored_servers?: string[] | undefined;
  blocked_servers?: string[] | undefined;
}
/** Checks the content of `org.matrix.msc4155.invite_permission_config`. */
export const InviteFilterContent: Model<InviteFilterContent> = /* @__PURE__ */ model(() =>
  obj<InviteFilterContent>({
    enabled: z.optional(z.boolean()),
    allowed_users: z.optional(z.array(z.string())),
    ignored_users: z.optional(z.array(z.string())),
    blocked_users: z.optional(z.array(z.string())),
    allowed_servers: z.optional(z.array(z.string())),
    ignored_servers: z.optional(z.array(z.string())),
    blocked_servers: z.optional(z.array(z.string())),
  }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "org.matrix.msc4155.invite_permission_config": InviteFilterContent;
  }
}

/** Defines `org.matrix.msc4155.invite_permission_config`. */
export const inviteFilter: EventDefinition<"global-account-data", "org.matrix.msc4155.invite_permission_config", InviteFilterContent> =
  /* @__PURE__ */ defineEvent("global-account-data", "org.matrix.msc4155.invite_permission_config", InviteFilterContent);

/** What becomes of an invite. */
export type InviteVerdict = "allow" | "block" | "ignore";

/** Decides on an invite by who sends it: users before servers, and of each `allow` before `ignore` before `block`. */
export function inviteVerdict(content: InviteFilterContent, inviter: UserId): InviteVerdict {
  if (content.enabled === false) return "allow";
  const server = inviter.slice(inviter.indexOf(":") + 1);
  const matches = (globs: readonly string[] | undefined, value: string): boolean =>
    globs?.some((glob) => compileGlob(glob)(value)) ?? false;
  if (matches(content.allowed_users, inviter)) return "allow";
  if (matches(content.ignored_users, inviter)) return "ignore";
  if (matches(content.blocked_users, inviter)) return "block";
  if (matches(content.allowed_servers, server)) return "allow";
  if (matches(content.ignored_servers, server)) return "ignore";
  return matches(content.blocked_servers, server) ? "block" : "allow";
}
