import { independent, model, type Model, obj } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import * as z from "zod/mini";

/** A stretch of a room's history. */
export interface PaginationChunk {
  /** Token of the start of `chunk`. */
  start?: string | undefined;
  /** Token of the end of `chunk`. */
  end: string;
  chunk: ClientEvent[];
}

/** Checks a {@link PaginationChunk}. */
export const PaginationChunk: Model<PaginationChunk> = /* @__PURE__ */ model(() =>
  obj<PaginationChunk>({ start: z.optional(z.string()), end: z.string(), chunk: independent(z.array(ClientEvent.schema)) }),
);
