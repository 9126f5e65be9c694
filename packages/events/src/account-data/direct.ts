import { type Model, model } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.direct`: by user, the rooms that are direct chats with them. Keys that are no user IDs occur and are kept.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mdirect}
 */
export type DirectContent = Record<UserId, RoomId[]>;
/** Checks the content of `m.direct`. */
export const DirectContent: Model<DirectContent> = /* @__PURE__ */ model(() => z.looseRecord(UserId, z.array(RoomId)));

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.direct": DirectContent;
  }
}

/** Defines `m.direct`. */
export const direct: EventDefinition<"global-account-data", "m.direct", DirectContent> = /* @__PURE__ */ defineEvent(
  "global-account-data",
  "m.direct",
  DirectContent,
);
