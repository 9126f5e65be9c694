import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";
import { type FormattedText, formattedTextShape } from "./formatted-text.ts";

/**
 * A message of type `m.text`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mtext}
 */
export interface TextMessage extends RelatingContent, FormattedText {
  msgtype: "m.text";
  body: string;
}
/** Checks {@link TextMessage}. */
export const TextMessage: Model<TextMessage> = /* @__PURE__ */ model(() =>
  obj<TextMessage>({ ...relatingContentShape(), ...formattedTextShape(), msgtype: z.literal("m.text"), body: z.string() }),
);
