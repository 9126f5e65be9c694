import { type Model, model, obj, openEnum, type OpenEnum } from "@patrix/api";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type RelatingContent, relatingContentShape } from "../relations/relating-content.ts";

/**
 * Content of `org.matrix.msc4075.rtc.notification`: a MatrixRTC session wants attention
 * ([MSC4075](https://github.com/matrix-org/matrix-spec-proposals/pull/4075)). It refers to a call membership by
 * `m.reference`.
 */
export interface RtcNotificationContent extends RelatingContent {
  notification_type: OpenEnum<"ring" | "notification">;
  /** When it was sent, by the clock of the sender, in milliseconds since the Unix epoch. */
  sender_ts: number;
  /** Milliseconds for which it holds; readers count at most 120000. */
  lifetime: number;
  "m.call.intent"?: OpenEnum<"audio" | "video"> | undefined;
}
/** Checks the content of `org.matrix.msc4075.rtc.notification`. */
export const RtcNotificationContent: Model<RtcNotificationContent> = /* @__PURE__ */ model(() =>
  obj<RtcNotificationContent>({
    ...relatingContentShape(),
    notification_type: openEnum(["ring", "notification"]),
    sender_ts: z.int(),
    lifetime: z.int(),
    "m.call.intent": z.optional(openEnum(["audio", "video"])),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "org.matrix.msc4075.rtc.notification": RtcNotificationContent;
  }
}

/** Defines `org.matrix.msc4075.rtc.notification`. */
export const rtcNotification: EventDefinition<"message", "org.matrix.msc4075.rtc.notification", RtcNotificationContent> =
  /* @__PURE__ */ messageEvent("org.matrix.msc4075.rtc.notification", RtcNotificationContent);
