import { type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type CallContent, callContentShape } from "./call-content.ts";
import { SessionDescription, StreamMetadata } from "./stream-metadata.ts";

/**
 * Content of `m.call.answer`: the call is taken.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallanswer}
 */
export interface CallAnswerContent extends CallContent {
  answer: SessionDescription;
  /** By stream ID. */
  sdp_stream_metadata?: Record<string, StreamMetadata> | undefined;
}
/** Checks the content of `m.call.answer`. */
export const CallAnswerContent: Model<CallAnswerContent> = /* @__PURE__ */ model(() =>
  obj<CallAnswerContent>({
    ...callContentShape(),
    answer: SessionDescription.schema,
    sdp_stream_metadata: z.optional(record(z.string(), StreamMetadata.schema)),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.call.answer": CallAnswerContent;
  }
}

/** Defines `m.call.answer`. */
export const callAnswer: EventDefinition<"message", "m.call.answer", CallAnswerContent> = /* @__PURE__ */ messageEvent(
  "m.call.answer",
  CallAnswerContent,
);
