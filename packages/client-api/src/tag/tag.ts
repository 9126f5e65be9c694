import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Data of a room's tag. */
export interface Tag {
  /** Place among the rooms with the tag, from 0 to 1. */
  order?: number | undefined;
}

/** Checks a {@link Tag}. */
export const Tag: Model<Tag> = /* @__PURE__ */ model(() => obj<Tag>({ order: z.optional(z.number()) }));
