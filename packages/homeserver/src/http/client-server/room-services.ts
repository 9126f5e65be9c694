import type { AccountData } from "../../accounts/account-data.ts";
import type { Appservices } from "../../appservice/appservices.ts";
import type { EntityQueries } from "../../appservice/entity-queries.ts";
import type { UnwantedInviters } from "../../rooms/membership/unwanted-invites.ts";
import type { IgnoredUsers } from "../../rooms/read/bundled-aggregations.ts";
import type { OtherServers } from "../../other-servers.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { Sync } from "../../sync/v3/sync.ts";

/** What the handlers of rooms and sync work with. */
export interface RoomServices extends RoomParts {
  readonly sync: Sync;
  readonly otherServers: OtherServers;
  readonly appservices: Appservices;
  readonly queries: EntityQueries;
  readonly defaultRoomVersion: string;
  readonly ignoredUsers: IgnoredUsers;
  readonly unwantedInviters: UnwantedInviters;
  readonly accountData: Pick<AccountData, "put" | "ofRoom">;
}
