import { type JsonObject, jsonObject, type Shape } from "@patrix/api";
import * as z from "zod/mini";
import { Mentions } from "./mentions.ts";
import { RelatesTo } from "./relates-to.ts";

/**
 * Fields that the content of any message-like event may have. A reader ignores them where they are malformed: the
 * registry takes such a field away and keeps the rest of the content. A type and no interface, so that a content with them is still a JSON
 * object.
 */
export type RelatingContent = {
  "m.relates_to"?: RelatesTo | undefined;
  "m.mentions"?: Mentions | undefined;
  /** In an `m.replace` relation: the content that takes the place of the old one. */
  "m.new_content"?: JsonObject | undefined;
};

/** The checks of {@link RelatingContent}, to spread into those of a content that extends it. */
export function relatingContentShape(): Shape<RelatingContent> {
  return {
    "m.relates_to": z.optional(RelatesTo.schema),
    "m.mentions": z.optional(Mentions.schema),
    "m.new_content": z.optional(jsonObject()),
  };
}
