import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";
import { type FormattedText, formattedTextShape } from "./formatted-text.ts";

/**
 * A message of type `m.notice`: what a bot says. Bots do not answer it.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mnotice}
 */
export interface NoticeMessage extends RelatingContent, FormattedText {
  msgtype: "m.notice";
  body: string;
}
/** Checks {@link NoticeMessage}. */
export const NoticeMessage: Model<NoticeMessage> = /* @__PURE__ */ model(() =>
  obj<NoticeMessage>({ ...relatingContentShape(), ...formattedTextShape(), msgtype: z.literal("m.notice"), body: z.string() }),
);
