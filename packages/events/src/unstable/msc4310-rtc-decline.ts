import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type RelatingContent, relatingContentShape } from "../relations/relating-content.ts";

/**
 * Content of `org.matrix.msc4310.rtc.decline`: a call is not taken
 * ([MSC4310](https://github.com/matrix-org/matrix-spec-proposals/pull/4310)). It refers to the notification by
 * `m.reference`.
 */
export interface RtcDeclineContent extends RelatingContent {
  reason?: string | undefined;
}
/** Checks the content of `org.matrix.msc4310.rtc.decline`. */
export const RtcDeclineContent: Model<RtcDeclineContent> = /* @__PURE__ */ model(() =>
  obj<RtcDeclineContent>({ ...relatingContentShape(), reason: z.optional(z.string()) }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "org.matrix.msc4310.rtc.decline": RtcDeclineContent;
  }
}

/** Defines `org.matrix.msc4310.rtc.decline`. */
export const rtcDecline: EventDefinition<"message", "org.matrix.msc4310.rtc.decline", RtcDeclineContent> = /* @__PURE__ */ messageEvent(
  "org.matrix.msc4310.rtc.decline",
  RtcDeclineContent,
);
