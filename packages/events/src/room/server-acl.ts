import { type Model, model, obj, tolerated, unlessType } from "@patrix/api";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `m.room.server_acl`: which servers may take part. {@link isServerAllowed} reads it.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomserver_acl}
 */
export interface RoomServerAclContent {
  /** Whether servers may be named by IP address. Default: `true`. */
  allow_ip_literals?: boolean | undefined;
  /** Globs of servers that may take part. Absent: none. */
  allow?: string[] | undefined;
  /** Globs of servers that may not, whatever `allow` says. */
  deny?: string[] | undefined;
}
/** Checks the content of `m.room.server_acl`. */
export const RoomServerAclContent: Model<RoomServerAclContent> = /* @__PURE__ */ model(() =>
  obj<RoomServerAclContent>({
    allow_ip_literals: tolerated(z.optional(z.boolean()), "no-boolean", unlessType("boolean")),
    allow: z.optional(z.array(z.string())),
    deny: z.optional(z.array(z.string())),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.server_acl": RoomServerAclContent;
  }
  interface StateKeyMap {
    "m.room.server_acl": "";
  }
}

/** Defines `m.room.server_acl`. */
export const roomServerAcl: EventDefinition<"state", "m.room.server_acl", RoomServerAclContent> = /* @__PURE__ */ stateEvent(
  "m.room.server_acl",
  RoomServerAclContent,
  emptyStateKey,
);
