import { type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type CallContent, callContentShape } from "./call-content.ts";
import { StreamMetadata } from "./stream-metadata.ts";

/**
 * Content of `m.call.sdp_stream_metadata_changed`: a stream is muted or serves another purpose.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallsdp_stream_metadata_changed}
 */
export interface CallSdpStreamMetadataChangedContent extends CallContent {
  /** By stream ID. */
  sdp_stream_metadata: Record<string, StreamMetadata>;
}
/** Checks the content of `m.call.sdp_stream_metadata_changed`. */
export const CallSdpStreamMetadataChangedContent: Model<CallSdpStreamMetadataChangedContent> = /* @__PURE__ */ model(() =>
  obj<CallSdpStreamMetadataChangedContent>({ ...callContentShape(), sdp_stream_metadata: record(z.string(), StreamMetadata.schema) }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.call.sdp_stream_metadata_changed": CallSdpStreamMetadataChangedContent;
  }
}

/** Defines `m.call.sdp_stream_metadata_changed`. */
export const callSdpStreamMetadataChanged: EventDefinition<
  "message",
  "m.call.sdp_stream_metadata_changed",
  CallSdpStreamMetadataChangedContent
> = /* @__PURE__ */ messageEvent("m.call.sdp_stream_metadata_changed", CallSdpStreamMetadataChangedContent);
