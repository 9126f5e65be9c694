import { type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EncryptedFile } from "../../media-info/encrypted-file.ts";
import { FileInfo } from "../../media-info/file-info.ts";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";
import { type FormattedText, formattedTextShape } from "./formatted-text.ts";

/**
 * A message of type `m.file`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mfile}
 */
export interface FileMessage extends RelatingContent, FormattedText {
  msgtype: "m.file";
  /** The caption, if `filename` is there and differs; else the file name. */
  body: string;
  filename?: string | undefined;
  info?: FileInfo | undefined;
  /** Required unless the file is encrypted. */
  url?: MxcUri | undefined;
  /** Required if the file is encrypted. */
  file?: EncryptedFile | undefined;
}
/** Checks {@link FileMessage}. */
export const FileMessage: Model<FileMessage> = /* @__PURE__ */ model(() =>
  obj<FileMessage>({
    ...relatingContentShape(),
    ...formattedTextShape(),
    msgtype: z.literal("m.file"),
    body: z.string(),
    filename: z.optional(z.string()),
    info: z.optional(FileInfo.schema),
    url: z.optional(MxcUri),
    file: z.optional(EncryptedFile.schema),
  }),
);
