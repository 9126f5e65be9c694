import type { AccountData } from "../../accounts/account-data.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { Sync } from "../../sync/v3/sync.ts";

/** What the handlers of rooms and sync work with. */
export interface RoomServices extends RoomParts {
  readonly sync: Sync;
  readonly defaultRoomVersion: string;
  readonly accountData: Pick<AccountData, "put" | "ofRoom">;
}
