import { type JsonObject, jsonObject, model, type Model, obj, record } from "@patrix/api";
import type { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.image_pack.rooms`: image packs that the user wants in every room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mimage_packrooms}
 */
export interface ImagePackRoomsContent {
  /** By room and state key of `m.room.image_pack`; the objects are empty. */
  rooms: Record<RoomId, Record<string, JsonObject>>;
}
/** Checks the content of `m.image_pack.rooms`. */
export const ImagePackRoomsContent: Model<ImagePackRoomsContent> = /* @__PURE__ */ model(() =>
  obj<ImagePackRoomsContent>({ rooms: record(z.string(), record(z.string(), jsonObject())) }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.image_pack.rooms": ImagePackRoomsContent;
  }
}

/** Defines `m.image_pack.rooms`. */
export const imagePackRooms: EventDefinition<"global-account-data", "m.image_pack.rooms", ImagePackRoomsContent> =
  /* @__PURE__ */ defineEvent("global-account-data", "m.image_pack.rooms", ImagePackRoomsContent);
