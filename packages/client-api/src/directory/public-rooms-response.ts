import { independent, model, type Model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { PublicRoomsChunk } from "./public-rooms-chunk.ts";

/** A page of a room directory. */
export interface PublicRoomsResponse {
  chunk: PublicRoomsChunk[];
  /** Token of the next page; absent at the end. */
  next_batch?: string | undefined;
  /** Token of the page before; absent at the start. */
  prev_batch?: string | undefined;
  /** Roughly how many public rooms there are. */
  total_room_count_estimate?: number | undefined;
}

/** Checks a {@link PublicRoomsResponse}. */
export const PublicRoomsResponse: Model<PublicRoomsResponse> = /* @__PURE__ */ model(() =>
  obj<PublicRoomsResponse>({
    chunk: independent(z.array(PublicRoomsChunk.schema)),
    next_batch: z.optional(z.string()),
    prev_batch: z.optional(z.string()),
    total_room_count_estimate: z.optional(z.int()),
  }),
);
