import { type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EncryptedFile } from "../../media-info/encrypted-file.ts";
import { ImageInfo } from "../../media-info/image-info.ts";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";
import { type FormattedText, formattedTextShape } from "./formatted-text.ts";

/**
 * A message of type `m.image`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mimage}
 */
export interface ImageMessage extends RelatingContent, FormattedText {
  msgtype: "m.image";
  /** The caption, if `filename` is there and differs; else the file name. */
  body: string;
  filename?: string | undefined;
  info?: ImageInfo | undefined;
  /** Required unless the image is encrypted. */
  url?: MxcUri | undefined;
  /** Required if the image is encrypted. */
  file?: EncryptedFile | undefined;
}
/** Checks {@link ImageMessage}. */
export const ImageMessage: Model<ImageMessage> = /* @__PURE__ */ model(() =>
  obj<ImageMessage>({
    ...relatingContentShape(),
    ...formattedTextShape(),
    msgtype: z.literal("m.image"),
    body: z.string(),
    filename: z.optional(z.string()),
    info: z.optional(ImageInfo.schema),
    url: z.optional(MxcUri),
    file: z.optional(EncryptedFile.schema),
  }),
);
