import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** How long an event stays sticky. */
export interface StickyDuration {
  /** Milliseconds; readers count at most one hour. */
  duration_ms: number;
}
/** Checks {@link StickyDuration}. */
export const StickyDuration: Model<StickyDuration> = /* @__PURE__ */ model(() => obj<StickyDuration>({ duration_ms: z.int() }));

/** Fields that [MSC4354](https://github.com/matrix-org/matrix-spec-proposals/pull/4354) adds to events. */
export interface StickyEventExtension {
  msc4354_sticky?: StickyDuration | undefined;
}
/** Checks {@link StickyEventExtension}. */
export const StickyEventExtension: Model<StickyEventExtension> = /* @__PURE__ */ model(() =>
  obj<StickyEventExtension>({ msc4354_sticky: z.optional(StickyDuration.schema) }),
);

/** Field that MSC4354 adds to contents. */
export interface StickyContentExtension {
  /** Of the sticky events of a sender with a type and key, the last counts. */
  msc4354_sticky_key?: string | undefined;
}
/** Checks {@link StickyContentExtension}. */
export const StickyContentExtension: Model<StickyContentExtension> = /* @__PURE__ */ model(() =>
  obj<StickyContentExtension>({ msc4354_sticky_key: z.optional(z.string()) }),
);

/** Field that MSC4354 adds to `unsigned`. */
export interface StickyUnsignedExtension {
  /** Milliseconds for which the event is sticky still. */
  msc4354_sticky_duration_ttl_ms?: number | undefined;
}
/** Checks {@link StickyUnsignedExtension}. */
export const StickyUnsignedExtension: Model<StickyUnsignedExtension> = /* @__PURE__ */ model(() =>
  obj<StickyUnsignedExtension>({ msc4354_sticky_duration_ttl_ms: z.optional(z.int()) }),
);
