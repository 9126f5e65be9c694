import { type Model, model, obj, type OpenEnum, openEnum, tolerated, whenMissing } from "@patrix/api";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type CallContent, callContentShape } from "./call-content.ts";

/**
 * Content of `m.call.hangup`: the call ends.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallhangup}
 */
export interface CallHangupContent extends CallContent {
  reason: OpenEnum<"ice_timeout" | "ice_failed" | "invite_timeout" | "user_hangup" | "user_media_failed" | "user_busy" | "unknown_error">;
}
/** Checks the content of `m.call.hangup`. */
export const CallHangupContent: Model<CallHangupContent> = /* @__PURE__ */ model(() =>
  obj<CallHangupContent>({
    ...callContentShape(),
    reason: tolerated(
      openEnum(["ice_timeout", "ice_failed", "invite_timeout", "user_hangup", "user_media_failed", "user_busy", "unknown_error"]),
      "no-hangup-reason",
      whenMissing({ replacement: "user_hangup" }),
    ),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.call.hangup": CallHangupContent;
  }
}

/** Defines `m.call.hangup`. */
export const callHangup: EventDefinition<"message", "m.call.hangup", CallHangupContent> = /* @__PURE__ */ messageEvent(
  "m.call.hangup",
  CallHangupContent,
);
