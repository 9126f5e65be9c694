import { type Model, model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type CallContent, callContentShape } from "./call-content.ts";
import { SessionDescription, StreamMetadata } from "./stream-metadata.ts";

/**
 * Content of `m.call.invite`: somebody calls.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallinvite}
 */
export interface CallInviteContent extends CallContent {
  offer: SessionDescription;
  /** Milliseconds for which the invitation holds. */
  lifetime: number;
  /** Who is called; absent: anyone in the room. */
  invitee?: UserId | undefined;
  /** By stream ID. */
  sdp_stream_metadata?: Record<string, StreamMetadata> | undefined;
}
/** Checks the content of `m.call.invite`. */
export const CallInviteContent: Model<CallInviteContent> = /* @__PURE__ */ model(() =>
  obj<CallInviteContent>({
    ...callContentShape(),
    offer: SessionDescription.schema,
    lifetime: z.int(),
    invitee: z.optional(UserId),
    sdp_stream_metadata: z.optional(record(z.string(), StreamMetadata.schema)),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.call.invite": CallInviteContent;
  }
}

/** Defines `m.call.invite`. */
export const callInvite: EventDefinition<"message", "m.call.invite", CallInviteContent> = /* @__PURE__ */ messageEvent(
  "m.call.invite",
  CallInviteContent,
);
