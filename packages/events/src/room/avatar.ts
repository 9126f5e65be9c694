import { lenient, type Model, model, obj, whenEmpty } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";
import { ThumbnailInfo } from "../media-info/thumbnail-info.ts";

/** What is known about the avatar of a room. */
export interface AvatarInfo {
  /** Intended height in pixels. */
  h?: number | undefined;
  /** Intended width in pixels. */
  w?: number | undefined;
  mimetype?: string | undefined;
  /** Size in bytes. */
  size?: number | undefined;
  thumbnail_url?: MxcUri | undefined;
  thumbnail_info?: ThumbnailInfo | undefined;
}
/** Checks {@link AvatarInfo}. */
export const AvatarInfo: Model<AvatarInfo> = /* @__PURE__ */ model(() =>
  obj<AvatarInfo>({
    h: z.optional(z.int()),
    w: z.optional(z.int()),
    mimetype: z.optional(z.string()),
    size: z.optional(z.int()),
    thumbnail_url: lenient(z.optional(MxcUri), "empty-string-null", whenEmpty("remove")),
    thumbnail_info: z.optional(ThumbnailInfo.schema),
  }),
);

/**
 * Content of `m.room.avatar`: the picture of the room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomavatar}
 */
export interface RoomAvatarContent {
  info?: AvatarInfo | undefined;
  /** Absent where the room has no avatar. */
  url?: MxcUri | undefined;
}
/** Checks the content of `m.room.avatar`. */
export const RoomAvatarContent: Model<RoomAvatarContent> = /* @__PURE__ */ model(() =>
  obj<RoomAvatarContent>({
    info: z.optional(AvatarInfo.schema),
    url: lenient(z.optional(MxcUri), "empty-string-null", whenEmpty("remove")),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.avatar": RoomAvatarContent;
  }
  interface StateKeyMap {
    "m.room.avatar": "";
  }
}

/** Defines `m.room.avatar`. */
export const roomAvatar: EventDefinition<"state", "m.room.avatar", RoomAvatarContent> = /* @__PURE__ */ stateEvent(
  "m.room.avatar",
  RoomAvatarContent,
  emptyStateKey,
);
