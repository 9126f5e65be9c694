import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `org.matrix.msc3230.space_order`: the place of a space among the user's top-level spaces
 * ([MSC3230](https://github.com/matrix-org/matrix-spec-proposals/pull/3230)).
 */
export interface SpaceOrderContent {
  /** 1–50 printable ASCII characters, sorted by code point. */
  order: string;
}
/** Checks the content of `org.matrix.msc3230.space_order`. */
export const SpaceOrderContent: Model<SpaceOrderContent> = /* @__PURE__ */ model(() => obj<SpaceOrderContent>({ order: z.string() }));

declare module "../registry/define.ts" {
  interface RoomAccountDataEventMap {
    "org.matrix.msc3230.space_order": SpaceOrderContent;
  }
}

/** Defines `org.matrix.msc3230.space_order`. */
export const spaceOrder: EventDefinition<"room-account-data", "org.matrix.msc3230.space_order", SpaceOrderContent> =
  /* @__PURE__ */ defineEvent("room-account-data", "org.matrix.msc3230.space_order", SpaceOrderContent);
