import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";

/**
 * A message of type `m.server_notice`: what the homeserver has to say.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mserver_notice}
 */
export interface ServerNoticeMessage extends RelatingContent {
  msgtype: "m.server_notice";
  body: string;
  server_notice_type: OpenEnum<"m.server_notice.usage_limit_reached">;
  /** A URI; required for `m.server_notice.usage_limit_reached`. */
  admin_contact?: string | undefined;
  /** Which limit was reached. */
  limit_type?: OpenEnum<"monthly_active_user"> | undefined;
}
/** Checks {@link ServerNoticeMessage}. */
export const ServerNoticeMessage: Model<ServerNoticeMessage> = /* @__PURE__ */ model(() =>
  obj<ServerNoticeMessage>({
    ...relatingContentShape(),
    msgtype: z.literal("m.server_notice"),
    body: z.string(),
    server_notice_type: openEnum(["m.server_notice.usage_limit_reached"]),
    admin_contact: z.optional(z.string()),
    limit_type: z.optional(openEnum(["monthly_active_user"])),
  }),
);
