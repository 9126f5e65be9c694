import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";

/**
 * What a media stream of a call carries.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallinvite_streammetadata}
 */
export interface StreamMetadata {
  purpose: OpenEnum<"m.usermedia" | "m.screenshare">;
  /** Default: `false`. */
  audio_muted?: boolean | undefined;
  /** Default: `false`. */
  video_muted?: boolean | undefined;
}
/** Checks {@link StreamMetadata}. */
export const StreamMetadata: Model<StreamMetadata> = /* @__PURE__ */ model(() =>
  obj<StreamMetadata>({
    purpose: openEnum(["m.usermedia", "m.screenshare"]),
    audio_muted: z.optional(z.boolean()),
    video_muted: z.optional(z.boolean()),
  }),
);

/** A WebRTC session description. */
export interface SessionDescription {
  type: OpenEnum<"offer" | "answer">;
  sdp: string;
}
/** Checks {@link SessionDescription}. */
export const SessionDescription: Model<SessionDescription> = /* @__PURE__ */ model(() =>
  obj<SessionDescription>({ type: openEnum(["offer", "answer"]), sdp: z.string() }),
);
