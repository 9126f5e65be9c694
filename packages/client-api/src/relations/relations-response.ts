import { independent, model, type Model, obj } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import * as z from "zod/mini";

/** A page of related events. */
export interface RelationsResponse {
  /** Token of the next page; absent at the end. */
  next_batch?: string | undefined;
  /** Token of the page before; absent at the start. */
  prev_batch?: string | undefined;
  /** How deep the server went; only with `recurse`. */
  recursion_depth?: number | undefined;
  /** The newest first, with `dir=b`. */
  chunk: ClientEvent[];
}

/** Checks a {@link RelationsResponse}. */
export const RelationsResponse: Model<RelationsResponse> = /* @__PURE__ */ model(() =>
  obj<RelationsResponse>({
    next_batch: z.optional(z.string()),
    prev_batch: z.optional(z.string()),
    recursion_depth: z.optional(z.int()),
    chunk: independent(z.array(ClientEvent.schema)),
  }),
);
