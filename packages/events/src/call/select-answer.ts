import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type CallContent, callContentShape } from "./call-content.ts";

/**
 * Content of `m.call.select_answer`: the caller picks one of the answers.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallselect_answer}
 */
export interface CallSelectAnswerContent extends CallContent {
  /** The party whose answer counts. */
  selected_party_id: string;
}
/** Checks the content of `m.call.select_answer`. */
export const CallSelectAnswerContent: Model<CallSelectAnswerContent> = /* @__PURE__ */ model(() =>
  obj<CallSelectAnswerContent>({ ...callContentShape(), selected_party_id: z.string() }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.call.select_answer": CallSelectAnswerContent;
  }
}

/** Defines `m.call.select_answer`. */
export const callSelectAnswer: EventDefinition<"message", "m.call.select_answer", CallSelectAnswerContent> = /* @__PURE__ */ messageEvent(
  "m.call.select_answer",
  CallSelectAnswerContent,
);
