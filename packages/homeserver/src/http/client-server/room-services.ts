import type { JsonObject } from "@patrix/api";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { Sync } from "../../sync/v3/sync.ts";

/** What the handlers of rooms and sync work with. */
export interface RoomServices extends RoomParts {
  readonly sync: Sync;
  readonly defaultRoomVersion: string;
  /** Stores account data of a user for a room. */
  readonly setAccountData: (userNid: number, roomNid: number, type: string, content: JsonObject) => Promise<void>;
}
