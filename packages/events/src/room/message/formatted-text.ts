import { type OpenEnum, openEnum, type Shape } from "@patrix/api";
import * as z from "zod/mini";

/**
 * The formatted form of the `body` of a message.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroommessage-msgtypes}
 */
export interface FormattedText {
  /** `org.matrix.custom.html` is the only format that is specified. */
  format?: OpenEnum<"org.matrix.custom.html"> | undefined;
  /** HTML to sanitize before it is shown; only with `format`. */
  formatted_body?: string | undefined;
}

/** The checks of {@link FormattedText}, to spread into those of a message that extends it. */
export function formattedTextShape(): Shape<FormattedText> {
  return { format: z.optional(openEnum(["org.matrix.custom.html"])), formatted_body: z.optional(z.string()) };
}
