import { type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EncryptedFile } from "../../media-info/encrypted-file.ts";
import { VideoInfo } from "../../media-info/video-info.ts";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";
import { type FormattedText, formattedTextShape } from "./formatted-text.ts";

/**
 * A message of type `m.video`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mvideo}
 */
export interface VideoMessage extends RelatingContent, FormattedText {
  msgtype: "m.video";
  /** The caption, if `filename` is there and differs; else the file name. */
  body: string;
  filename?: string | undefined;
  info?: VideoInfo | undefined;
  /** Required unless the clip is encrypted. */
  url?: MxcUri | undefined;
  /** Required if the clip is encrypted. */
  file?: EncryptedFile | undefined;
}
/** Checks {@link VideoMessage}. */
export const VideoMessage: Model<VideoMessage> = /* @__PURE__ */ model(() =>
  obj<VideoMessage>({
    ...relatingContentShape(),
    ...formattedTextShape(),
    msgtype: z.literal("m.video"),
    body: z.string(),
    filename: z.optional(z.string()),
    info: z.optional(VideoInfo.schema),
    url: z.optional(MxcUri),
    file: z.optional(EncryptedFile.schema),
  }),
);
