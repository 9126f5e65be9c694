import { type Model, model, obj, openEnum, type OpenEnum } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `io.element.msc4278.media_preview_config`: which media are shown unasked
 * ([MSC4278](https://github.com/matrix-org/matrix-spec-proposals/pull/4278)). That of a room wins.
 */
export interface MediaPreviewConfigContent {
  /** `private`: in rooms that not everyone may join. */
  media_previews?: OpenEnum<"on" | "private" | "off"> | undefined;
  invite_avatars?: OpenEnum<"on" | "off"> | undefined;
}
/** Checks the content of `io.element.msc4278.media_preview_config`. */
export const MediaPreviewConfigContent: Model<MediaPreviewConfigContent> = /* @__PURE__ */ model(() =>
  obj<MediaPreviewConfigContent>({
    media_previews: z.optional(openEnum(["on", "private", "off"])),
    invite_avatars: z.optional(openEnum(["on", "off"])),
  }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "io.element.msc4278.media_preview_config": MediaPreviewConfigContent;
  }
  interface RoomAccountDataEventMap {
    "io.element.msc4278.media_preview_config": MediaPreviewConfigContent;
  }
}

/** Defines `io.element.msc4278.media_preview_config` for all rooms. */
export const mediaPreviewConfig: EventDefinition<
  "global-account-data",
  "io.element.msc4278.media_preview_config",
  MediaPreviewConfigContent
> = /* @__PURE__ */ defineEvent("global-account-data", "io.element.msc4278.media_preview_config", MediaPreviewConfigContent);

/** Defines `io.element.msc4278.media_preview_config` for one room. */
export const roomMediaPreviewConfig: EventDefinition<
  "room-account-data",
  "io.element.msc4278.media_preview_config",
  MediaPreviewConfigContent
> = /* @__PURE__ */ defineEvent("room-account-data", "io.element.msc4278.media_preview_config", MediaPreviewConfigContent);
