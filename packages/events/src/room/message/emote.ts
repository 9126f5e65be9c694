import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";
import { type FormattedText, formattedTextShape } from "./formatted-text.ts";

/**
 * A message of type `m.emote`: what the sender does, to be shown after their name.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#memote}
 */
export interface EmoteMessage extends RelatingContent, FormattedText {
  msgtype: "m.emote";
  body: string;
}
/** Checks {@link EmoteMessage}. */
export const EmoteMessage: Model<EmoteMessage> = /* @__PURE__ */ model(() =>
  obj<EmoteMessage>({ ...relatingContentShape(), ...formattedTextShape(), msgtype: z.literal("m.emote"), body: z.string() }),
);
