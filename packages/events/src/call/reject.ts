import { type Model, model, obj } from "@patrix/api";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type CallContent, callContentShape } from "./call-content.ts";

/**
 * Content of `m.call.reject`: the call is not taken.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallreject}
 */
export interface CallRejectContent extends CallContent {}
/** Checks the content of `m.call.reject`. */
export const CallRejectContent: Model<CallRejectContent> = /* @__PURE__ */ model(() => obj<CallRejectContent>({ ...callContentShape() }));

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.call.reject": CallRejectContent;
  }
}

/** Defines `m.call.reject`. */
export const callReject: EventDefinition<"message", "m.call.reject", CallRejectContent> = /* @__PURE__ */ messageEvent(
  "m.call.reject",
  CallRejectContent,
);
