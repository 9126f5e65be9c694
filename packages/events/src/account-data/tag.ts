import { lenient, type Model, model, obj, record, type Repair } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/** A label on a room. */
export interface Tag {
  /** Place among the rooms with the label, 0–1, least first; rooms without one come last. */
  order?: number | undefined;
}
const readOrder: Repair = (order) => {
  if (typeof order !== "string" || !/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(order)) return undefined;
  const replacement = Number(order);
  return Number.isFinite(replacement) ? { replacement } : undefined;
};

/** Checks {@link Tag}. */
export const Tag: Model<Tag> = /* @__PURE__ */ model(() => obj<Tag>({ order: lenient(z.optional(z.number()), "tag-info", readOrder) }));

/**
 * Content of `m.tag`: the user's labels on the room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mtag}
 */
export interface TagContent {
  /** By label: `m.favourite`, `m.lowpriority`, `m.server_notice`, `u.*` by the user. */
  tags?: Record<string, Tag> | undefined;
}
/** Checks the content of `m.tag`. */
export const TagContent: Model<TagContent> = /* @__PURE__ */ model(() =>
  obj<TagContent>({ tags: z.optional(record(z.string(), Tag.schema)) }),
);

declare module "../registry/define.ts" {
  interface RoomAccountDataEventMap {
    "m.tag": TagContent;
  }
}

/** Defines `m.tag`. */
export const tag: EventDefinition<"room-account-data", "m.tag", TagContent> = /* @__PURE__ */ defineEvent(
  "room-account-data",
  "m.tag",
  TagContent,
);
