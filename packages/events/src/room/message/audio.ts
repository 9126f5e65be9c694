import { type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { AudioInfo } from "../../media-info/audio-info.ts";
import { EncryptedFile } from "../../media-info/encrypted-file.ts";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";
import { type FormattedText, formattedTextShape } from "./formatted-text.ts";

/**
 * A message of type `m.audio`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#maudio}
 */
export interface AudioMessage extends RelatingContent, FormattedText {
  msgtype: "m.audio";
  /** The caption, if `filename` is there and differs; else the file name. */
  body: string;
  filename?: string | undefined;
  info?: AudioInfo | undefined;
  /** Required unless the clip is encrypted. */
  url?: MxcUri | undefined;
  /** Required if the clip is encrypted. */
  file?: EncryptedFile | undefined;
}
/** Checks {@link AudioMessage}. */
export const AudioMessage: Model<AudioMessage> = /* @__PURE__ */ model(() =>
  obj<AudioMessage>({
    ...relatingContentShape(),
    ...formattedTextShape(),
    msgtype: z.literal("m.audio"),
    body: z.string(),
    filename: z.optional(z.string()),
    info: z.optional(AudioInfo.schema),
    url: z.optional(MxcUri),
    file: z.optional(EncryptedFile.schema),
  }),
);
