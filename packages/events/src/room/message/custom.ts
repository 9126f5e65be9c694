import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type CustomType, customType } from "../../registry/define.ts";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";

/** A message whose `msgtype` is not declared; shown by its `body`. */
export interface CustomMessage extends RelatingContent {
  msgtype: CustomType;
  body: string;
}
/** Checks {@link CustomMessage}; any `msgtype` will do. */
export const CustomMessage: Model<CustomMessage> = /* @__PURE__ */ model(() =>
  obj<CustomMessage>({ ...relatingContentShape(), msgtype: customType(), body: z.string() }),
);
