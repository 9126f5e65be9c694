import { type Model, model, obj } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/** Public keys of a policy server in unpadded base64, by algorithm. */
export interface PolicyServerKeys {
  ed25519: string;
  [algorithm: string]: string;
}
/** Checks {@link PolicyServerKeys}. */
export const PolicyServerKeys: Model<PolicyServerKeys> = /* @__PURE__ */ model(() =>
  z.catchall(z.object({ ed25519: z.string() }), z.string()),
);

/**
 * Content of `m.room.policy`: the policy server that checks the events of the room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroompolicy}
 */
export interface RoomPolicyContent {
  /** The server; it must have a joined user for the event to count. */
  via: ServerName;
  public_keys: PolicyServerKeys;
}
/** Checks the content of `m.room.policy`. */
export const RoomPolicyContent: Model<RoomPolicyContent> = /* @__PURE__ */ model(() =>
  obj<RoomPolicyContent>({ via: ServerName, public_keys: PolicyServerKeys.schema }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.policy": RoomPolicyContent;
  }
  interface StateKeyMap {
    "m.room.policy": "";
  }
}

/** Defines `m.room.policy`. */
export const roomPolicy: EventDefinition<"state", "m.room.policy", RoomPolicyContent> = /* @__PURE__ */ stateEvent(
  "m.room.policy",
  RoomPolicyContent,
  emptyStateKey,
);
