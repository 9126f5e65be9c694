import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** What is known about an audio clip. */
export interface AudioInfo {
  /** Milliseconds. */
  duration?: number | undefined;
  mimetype?: string | undefined;
  /** Size in bytes. */
  size?: number | undefined;
}
/** Checks {@link AudioInfo}. */
export const AudioInfo: Model<AudioInfo> = /* @__PURE__ */ model(() =>
  obj<AudioInfo>({ duration: z.optional(z.int()), mimetype: z.optional(z.string()), size: z.optional(z.int()) }),
);
