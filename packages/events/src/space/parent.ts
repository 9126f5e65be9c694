import { type Model, model, obj, tolerated } from "@patrix/api";
import { RoomId, ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventDefinition, stateEvent } from "../registry/define.ts";
import { onlyValidServers } from "./valid-servers.ts";

/**
 * Content of `m.space.parent`: the room belongs to the space that the state key names.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mspaceparent}
 */
export interface SpaceParentContent {
  /** Servers to join through. An event without any names no parent. */
  via: ServerName[];
  /** Whether it is the main parent. Default: `false`. */
  canonical?: boolean | undefined;
}
/** Checks the content of `m.space.parent`. */
export const SpaceParentContent: Model<SpaceParentContent> = /* @__PURE__ */ model(() =>
  obj<SpaceParentContent>({
    via: tolerated(z.array(ServerName), "no-servers", onlyValidServers),
    canonical: z.optional(z.boolean()),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.space.parent": SpaceParentContent;
  }
  interface StateKeyMap {
    "m.space.parent": RoomId;
  }
}

/** Defines `m.space.parent`. */
export const spaceParent: EventDefinition<"state", "m.space.parent", SpaceParentContent> = /* @__PURE__ */ stateEvent(
  "m.space.parent",
  SpaceParentContent,
  RoomId,
);
