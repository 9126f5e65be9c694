import { type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type CallContent, callContentShape } from "./call-content.ts";
import { SessionDescription, StreamMetadata } from "./stream-metadata.ts";

/**
 * Content of `m.call.negotiate`: the media of a running call change.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallnegotiate}
 */
export interface CallNegotiateContent extends CallContent {
  description: SessionDescription;
  /** Milliseconds for which the offer holds. */
  lifetime: number;
  /** By stream ID. */
  sdp_stream_metadata?: Record<string, StreamMetadata> | undefined;
}
/** Checks the content of `m.call.negotiate`. */
export const CallNegotiateContent: Model<CallNegotiateContent> = /* @__PURE__ */ model(() =>
  obj<CallNegotiateContent>({
    ...callContentShape(),
    description: SessionDescription.schema,
    lifetime: z.int(),
    sdp_stream_metadata: z.optional(record(z.string(), StreamMetadata.schema)),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.call.negotiate": CallNegotiateContent;
  }
}

/** Defines `m.call.negotiate`. */
export const callNegotiate: EventDefinition<"message", "m.call.negotiate", CallNegotiateContent> = /* @__PURE__ */ messageEvent(
  "m.call.negotiate",
  CallNegotiateContent,
);
