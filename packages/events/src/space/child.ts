import { type Model, model, obj, tolerated } from "@patrix/api";
import { RoomId, ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import type { EventDefinition } from "../registry/define.ts";
import { onlyValidServers } from "./valid-servers.ts";

/**
 * Content of `m.space.child`: the room that the state key names belongs to the space.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mspacechild}
 */
export interface SpaceChildContent {
  /** Servers to join through. An event without any is no child. */
  via: ServerName[];
  /** Sorts the children: 1–50 printable ASCII characters. Any other is ignored. */
  order?: string | undefined;
  /** Whether the space points the room out. Default: `false`. */
  suggested?: boolean | undefined;
}
/** Checks the content of `m.space.child`. */
export const SpaceChildContent: Model<SpaceChildContent> = /* @__PURE__ */ model(() =>
  obj<SpaceChildContent>({
    via: tolerated(z.array(ServerName), "no-servers", onlyValidServers),
    order: tolerated(
      z.optional(z.string().check(z.maxLength(50), z.regex(/^[\x20-\x7E]+$/, "expected printable ASCII characters"))),
      "invalid-order",
      () => "remove",
    ),
    suggested: z.optional(z.boolean()),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.space.child": SpaceChildContent;
  }
  interface StateKeyMap {
    "m.space.child": RoomId;
  }
}

/** Defines `m.space.child`. */
export const spaceChild: EventDefinition<"state", "m.space.child", SpaceChildContent> = {
  kind: "state",
  type: "m.space.child",
  content: SpaceChildContent,
  stateKey: RoomId,
  ignorable: ["order"],
};
