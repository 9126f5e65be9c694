import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** What is known about a voice message. */
export interface VoiceAudio {
  /** Milliseconds. */
  duration: number;
  /** Loudness over time, 30–120 values of 0–1024. */
  waveform?: number[] | undefined;
}
/** Checks {@link VoiceAudio}. */
export const VoiceAudio: Model<VoiceAudio> = /* @__PURE__ */ model(() =>
  obj<VoiceAudio>({ duration: z.int(), waveform: z.optional(z.array(z.int())) }),
);

/**
 * Fields that make a message of type `m.audio` a voice message, in the form in which clients send
 * [MSC3245](https://github.com/matrix-org/matrix-spec-proposals/pull/3245).
 */
export interface VoiceExtension {
  /** Present on voice messages; empty. */
  "org.matrix.msc3245.voice"?: JsonObject | undefined;
  "org.matrix.msc1767.audio"?: VoiceAudio | undefined;
}
/** Checks {@link VoiceExtension}. */
export const VoiceExtension: Model<VoiceExtension> = /* @__PURE__ */ model(() =>
  obj<VoiceExtension>({ "org.matrix.msc3245.voice": z.optional(jsonObject()), "org.matrix.msc1767.audio": z.optional(VoiceAudio.schema) }),
);
