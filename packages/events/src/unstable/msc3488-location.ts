import { type Model, model, obj, openEnum, type OpenEnum } from "@patrix/api";
import * as z from "zod/mini";

/** A place ([MSC3488](https://github.com/matrix-org/matrix-spec-proposals/pull/3488)). */
export interface LocationBlock {
  /** A `geo:` URI, RFC 5870. */
  uri: string;
  description?: string | undefined;
  /** 0–20. */
  zoom_level?: number | undefined;
}
/** Checks {@link LocationBlock}. */
export const LocationBlock: Model<LocationBlock> = /* @__PURE__ */ model(() =>
  obj<LocationBlock>({ uri: z.string(), description: z.optional(z.string()), zoom_level: z.optional(z.int()) }),
);

/** What a place is of. */
export interface AssetBlock {
  /** `m.self`: the sender; `m.pin`: some place. */
  type: OpenEnum<"m.self" | "m.pin">;
}
/** Checks {@link AssetBlock}. */
export const AssetBlock: Model<AssetBlock> = /* @__PURE__ */ model(() => obj<AssetBlock>({ type: openEnum(["m.self", "m.pin"]) }));

/** Fields that MSC3488 adds to messages of type `m.location`, by their unstable names. */
export interface LocationExtension {
  "org.matrix.msc3488.location"?: LocationBlock | undefined;
  "org.matrix.msc3488.asset"?: AssetBlock | undefined;
  /** When the place was true, in milliseconds since the Unix epoch. */
  "org.matrix.msc3488.ts"?: number | undefined;
  "org.matrix.msc1767.text"?: string | undefined;
}
/** Checks {@link LocationExtension}. */
export const LocationExtension: Model<LocationExtension> = /* @__PURE__ */ model(() =>
  obj<LocationExtension>({
    "org.matrix.msc3488.location": z.optional(LocationBlock.schema),
    "org.matrix.msc3488.asset": z.optional(AssetBlock.schema),
    "org.matrix.msc3488.ts": z.optional(z.int()),
    "org.matrix.msc1767.text": z.optional(z.string()),
  }),
);
