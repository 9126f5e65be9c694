import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/**
 * Field that [MSC4293](https://github.com/matrix-org/matrix-spec-proposals/pull/4293) adds to the content of
 * `m.room.member`.
 */
export interface RedactOnBanExtension {
  /** On bans and kicks: also redact what the user has sent. Default: `false`. */
  "org.matrix.msc4293.redact_events"?: boolean | undefined;
}
/** Checks {@link RedactOnBanExtension}. */
export const RedactOnBanExtension: Model<RedactOnBanExtension> = /* @__PURE__ */ model(() =>
  obj<RedactOnBanExtension>({ "org.matrix.msc4293.redact_events": z.optional(z.boolean()) }),
);
