import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { type CallContent, callContentShape } from "./call-content.ts";

/**
 * An ICE candidate.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallcandidates_candidate}
 */
export interface IceCandidate {
  sdpMid?: string | undefined;
  sdpMLineIndex?: number | undefined;
  /** The candidate line; empty at the end of the candidates. */
  candidate: string;
}
/** Checks {@link IceCandidate}. */
export const IceCandidate: Model<IceCandidate> = /* @__PURE__ */ model(() =>
  obj<IceCandidate>({ sdpMid: z.optional(z.string()), sdpMLineIndex: z.optional(z.number()), candidate: z.string() }),
);

/**
 * Content of `m.call.candidates`: ways to reach a party.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mcallcandidates}
 */
export interface CallCandidatesContent extends CallContent {
  candidates: IceCandidate[];
}
/** Checks the content of `m.call.candidates`. */
export const CallCandidatesContent: Model<CallCandidatesContent> = /* @__PURE__ */ model(() =>
  obj<CallCandidatesContent>({ ...callContentShape(), candidates: z.array(IceCandidate.schema) }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.call.candidates": CallCandidatesContent;
  }
}

/** Defines `m.call.candidates`. */
export const callCandidates: EventDefinition<"message", "m.call.candidates", CallCandidatesContent> = /* @__PURE__ */ messageEvent(
  "m.call.candidates",
  CallCandidatesContent,
);
