import { model, type Model, obj, type OpenEnum, openEnum, record } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventDefinition, stateEvent } from "../registry/define.ts";
import { ImageInfo } from "../media-info/image-info.ts";

/**
 * An emoticon or sticker of an image pack.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomimage_pack}
 */
export interface ImagePackImage {
  url: MxcUri;
  /** Describes the image in words. */
  body?: string | undefined;
  info?: ImageInfo | undefined;
}
/** Checks {@link ImagePackImage}. */
export const ImagePackImage: Model<ImagePackImage> = /* @__PURE__ */ model(() =>
  obj<ImagePackImage>({ url: MxcUri, body: z.optional(z.string()), info: z.optional(ImageInfo.schema) }),
);

/** What is known about an image pack as a whole. */
export interface ImagePackMeta {
  /** Default: the name of the room. */
  display_name?: string | undefined;
  /** Default: the avatar of the room. */
  avatar_url?: MxcUri | undefined;
  /** Where the images are offered; absent or empty: everywhere. */
  usage?: OpenEnum<"emoticon" | "sticker">[] | undefined;
  /** Who made the images. */
  attribution?: string | undefined;
}
/** Checks {@link ImagePackMeta}. */
export const ImagePackMeta: Model<ImagePackMeta> = /* @__PURE__ */ model(() =>
  obj<ImagePackMeta>({
    display_name: z.optional(z.string()),
    avatar_url: z.optional(MxcUri),
    usage: z.optional(z.array(openEnum(["emoticon", "sticker"]))),
    attribution: z.optional(z.string()),
  }),
);

/**
 * Content of `m.room.image_pack`: emoticons and stickers for the room. The state key names the pack.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomimage_pack}
 */
export interface RoomImagePackContent {
  /** By shortcode: 1–100 letters, digits, `_` and `-`. Others are shown too, so that people can put them right. */
  images: Record<string, ImagePackImage>;
  pack?: ImagePackMeta | undefined;
}
/** Checks the content of `m.room.image_pack`. */
export const RoomImagePackContent: Model<RoomImagePackContent> = /* @__PURE__ */ model(() =>
  obj<RoomImagePackContent>({
    images: record(z.string(), ImagePackImage.schema),
    pack: z.optional(ImagePackMeta.schema),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.image_pack": RoomImagePackContent;
  }
}

/** Defines `m.room.image_pack`. */
export const roomImagePack: EventDefinition<"state", "m.room.image_pack", RoomImagePackContent> = /* @__PURE__ */ stateEvent(
  "m.room.image_pack",
  RoomImagePackContent,
);
