import { type Model, model, obj, openEnum, type OpenEnum } from "@patrix/api";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventDefinition, stateEvent } from "../registry/define.ts";

/** A media server of a call, or how one is chosen. */
export interface RtcFocus {
  type: OpenEnum<"livekit">;
  focus_selection?: OpenEnum<"oldest_membership" | "multi_sfu"> | undefined;
  livekit_alias?: string | undefined;
  livekit_service_url?: string | undefined;
}
/** Checks {@link RtcFocus}. */
export const RtcFocus: Model<RtcFocus> = /* @__PURE__ */ model(() =>
  obj<RtcFocus>({
    type: openEnum(["livekit"]),
    focus_selection: z.optional(openEnum(["oldest_membership", "multi_sfu"])),
    livekit_alias: z.optional(z.string()),
    livekit_service_url: z.optional(z.string()),
  }),
);

/** The old form of a membership, of which one event holds several. */
export interface CallMembership {
  application?: string | undefined;
  call_id?: string | undefined;
  device_id?: DeviceId | undefined;
  /** Milliseconds for which it holds. */
  expires?: number | undefined;
  membershipID?: string | undefined;
}
/** Checks {@link CallMembership}. */
export const CallMembership: Model<CallMembership> = /* @__PURE__ */ model(() =>
  obj<CallMembership>({
    application: z.optional(z.string()),
    call_id: z.optional(z.string()),
    device_id: z.optional(DeviceId),
    expires: z.optional(z.int()),
    membershipID: z.optional(z.string()),
  }),
);

/**
 * Content of `org.matrix.msc3401.call.member`: a device takes part in a MatrixRTC session
 * ([MSC3401](https://github.com/matrix-org/matrix-spec-proposals/pull/3401), in the form of
 * [MSC4143](https://github.com/matrix-org/matrix-spec-proposals/pull/4143)). Empty once it has left.
 */
export interface CallMemberContent {
  application?: OpenEnum<"m.call"> | undefined;
  /** Empty for the one call of the room. */
  call_id?: string | undefined;
  scope?: OpenEnum<"m.room" | "m.user"> | undefined;
  device_id?: DeviceId | undefined;
  /** Milliseconds for which it holds, from `created_ts` or the event on. */
  expires?: number | undefined;
  /** When the device joined, in milliseconds since the Unix epoch. */
  created_ts?: number | undefined;
  focus_active?: RtcFocus | undefined;
  foci_preferred?: RtcFocus[] | undefined;
  membershipID?: string | undefined;
  "m.call.intent"?: OpenEnum<"audio" | "video"> | undefined;
  /** The old form. */
  memberships?: CallMembership[] | undefined;
}
/** Checks the content of `org.matrix.msc3401.call.member`. */
export const CallMemberContent: Model<CallMemberContent> = /* @__PURE__ */ model(() =>
  obj<CallMemberContent>({
    application: z.optional(openEnum(["m.call"])),
    call_id: z.optional(z.string()),
    scope: z.optional(openEnum(["m.room", "m.user"])),
    device_id: z.optional(DeviceId),
    expires: z.optional(z.int()),
    created_ts: z.optional(z.int()),
    focus_active: z.optional(RtcFocus.schema),
    foci_preferred: z.optional(z.array(RtcFocus.schema)),
    membershipID: z.optional(z.string()),
    "m.call.intent": z.optional(openEnum(["audio", "video"])),
    memberships: z.optional(z.array(CallMembership.schema)),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "org.matrix.msc3401.call.member": CallMemberContent;
  }
}

/** Defines `org.matrix.msc3401.call.member`. The state key is the user ID, or `_` with user ID, device ID and application. */
export const callMember: EventDefinition<"state", "org.matrix.msc3401.call.member", CallMemberContent> = /* @__PURE__ */ stateEvent(
  "org.matrix.msc3401.call.member",
  CallMemberContent,
);
