import type { AccountData } from "../../accounts/account-data.ts";
import type { IgnoredUsers } from "../../rooms/read/bundled-aggregations.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { Sync } from "../../sync/v3/sync.ts";

/** What the handlers of rooms and sync work with. */
export interface RoomServices extends RoomParts {
  readonly sync: Sync;
  readonly defaultRoomVersion: string;
  readonly ignoredUsers: IgnoredUsers;
  readonly accountData: Pick<AccountData, "put" | "ofRoom">;
}
