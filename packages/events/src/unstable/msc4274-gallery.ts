import { type JsonObject, jsonObject, type Model, model, obj, openEnum, type OpenEnum } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EncryptedFile } from "../media-info/encrypted-file.ts";
import { type RelatingContent, relatingContentShape } from "../relations/relating-content.ts";
import { type FormattedText, formattedTextShape } from "../room/message/formatted-text.ts";

/** A file of a gallery: like a message of the type, with `itemtype` in place of `msgtype`. */
export interface GalleryItem extends FormattedText {
  itemtype: OpenEnum<"m.audio" | "m.file" | "m.image" | "m.video">;
  body: string;
  filename?: string | undefined;
  info?: JsonObject | undefined;
  url?: MxcUri | undefined;
  file?: EncryptedFile | undefined;
}
/** Checks {@link GalleryItem}. */
export const GalleryItem: Model<GalleryItem> = /* @__PURE__ */ model(() =>
  obj<GalleryItem>({
    ...formattedTextShape(),
    itemtype: openEnum(["m.audio", "m.file", "m.image", "m.video"]),
    body: z.string(),
    filename: z.optional(z.string()),
    info: z.optional(jsonObject()),
    url: z.optional(MxcUri),
    file: z.optional(EncryptedFile.schema),
  }),
);

/**
 * A message of type `dm.filament.gallery`: several files at once
 * ([MSC4274](https://github.com/matrix-org/matrix-spec-proposals/pull/4274)).
 */
export interface GalleryMessage extends RelatingContent, FormattedText {
  msgtype: "dm.filament.gallery";
  /** The caption. */
  body: string;
  itemtypes: GalleryItem[];
}
/** Checks {@link GalleryMessage}. */
export const GalleryMessage: Model<GalleryMessage> = /* @__PURE__ */ model(() =>
  obj<GalleryMessage>({
    ...relatingContentShape(),
    ...formattedTextShape(),
    msgtype: z.literal("dm.filament.gallery"),
    body: z.string(),
    itemtypes: z.array(GalleryItem.schema),
  }),
);

declare module "../room/message.ts" {
  interface MessageTypeMap {
    "dm.filament.gallery": GalleryMessage;
  }
}
