import { isJsonObject, lenient, type Model, model, obj, type Repair } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { EncryptedFile } from "../media-info/encrypted-file.ts";
import { ImageInfo } from "../media-info/image-info.ts";
import { type RelatingContent, relatingContentShape } from "../relations/relating-content.ts";

/**
 * Content of `m.sticker`: a picture that stands for a message.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#msticker}
 */
export interface StickerContent extends RelatingContent {
  /** Describes the picture in words. */
  body: string;
  info: ImageInfo;
  url: MxcUri;
}
/** Some clients send the picture encrypted, as in an image message; `file` stays, and tells how to decrypt what `url` names. */
const takeUrlOfFile: Repair = (url, { file }) =>
  url === undefined && isJsonObject(file) && EncryptedFile.is(file) ? { replacement: file.url } : undefined;

/** Checks the content of `m.sticker`. */
export const StickerContent: Model<StickerContent> = /* @__PURE__ */ model(() =>
  obj<StickerContent>({
    ...relatingContentShape(),
    body: z.string(),
    info: ImageInfo.schema,
    url: lenient(MxcUri, "encrypted-stickers", takeUrlOfFile),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.sticker": StickerContent;
  }
}

/** Defines `m.sticker`. */
export const sticker: EventDefinition<"message", "m.sticker", StickerContent> = /* @__PURE__ */ messageEvent("m.sticker", StickerContent);
