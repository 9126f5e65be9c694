import { type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent, stateEvent } from "../registry/define.ts";
import { type RelatingContent, relatingContentShape } from "../relations/relating-content.ts";
import { AssetBlock, LocationBlock } from "./msc3488-location.ts";

/**
 * Content of `org.matrix.msc3672.beacon_info`: a user shares where they are, for a while
 * ([MSC3489](https://github.com/matrix-org/matrix-spec-proposals/pull/3489)). The state key is the user ID.
 */
export interface BeaconInfoContent {
  description?: string | undefined;
  /** Milliseconds for which the place is shared, from `org.matrix.msc3488.ts` on. */
  timeout: number;
  /** `false` once it has ended. */
  live?: boolean | undefined;
  /** When it began, in milliseconds since the Unix epoch. */
  "org.matrix.msc3488.ts"?: number | undefined;
  "org.matrix.msc3488.asset"?: AssetBlock | undefined;
}
/** Checks the content of `org.matrix.msc3672.beacon_info`. */
export const BeaconInfoContent: Model<BeaconInfoContent> = /* @__PURE__ */ model(() =>
  obj<BeaconInfoContent>({
    description: z.optional(z.string()),
    timeout: z.int(),
    live: z.optional(z.boolean()),
    "org.matrix.msc3488.ts": z.optional(z.int()),
    "org.matrix.msc3488.asset": z.optional(AssetBlock.schema),
  }),
);

/** Content of `org.matrix.msc3672.beacon`: where the user is. It refers to its beacon info by `m.reference`. */
export interface BeaconContent extends RelatingContent {
  "org.matrix.msc3488.location": LocationBlock;
  /** Milliseconds since the Unix epoch. */
  "org.matrix.msc3488.ts": number;
}
/** Checks the content of `org.matrix.msc3672.beacon`. */
export const BeaconContent: Model<BeaconContent> = /* @__PURE__ */ model(() =>
  obj<BeaconContent>({ ...relatingContentShape(), "org.matrix.msc3488.location": LocationBlock.schema, "org.matrix.msc3488.ts": z.int() }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "org.matrix.msc3672.beacon_info": BeaconInfoContent;
  }
  interface StateKeyMap {
    "org.matrix.msc3672.beacon_info": UserId;
  }
  interface MessageLikeEventMap {
    "org.matrix.msc3672.beacon": BeaconContent;
  }
}

/** Defines `org.matrix.msc3672.beacon_info`. */
export const beaconInfo: EventDefinition<"state", "org.matrix.msc3672.beacon_info", BeaconInfoContent> = /* @__PURE__ */ stateEvent(
  "org.matrix.msc3672.beacon_info",
  BeaconInfoContent,
  UserId,
);

/** Defines `org.matrix.msc3672.beacon`. */
export const beacon: EventDefinition<"message", "org.matrix.msc3672.beacon", BeaconContent> = /* @__PURE__ */ messageEvent(
  "org.matrix.msc3672.beacon",
  BeaconContent,
);
