import type { LocalUser } from "../../accounts/local-user.ts";
import type { AccountParts } from "../../accounts/open-accounts.ts";
import type { EntityQueries } from "../../appservice/entity-queries.ts";
import type { Appservices } from "../../appservice/appservices.ts";
import type { Core } from "../../log/core.ts";
import type { OtherServers } from "../../other-servers.ts";

/** What the handlers of accounts work with. */
export interface AccountServices extends AccountParts {
  readonly core: Core;
  readonly otherServers: Pick<OtherServers, "profile">;
  readonly appservices: Appservices;
  readonly queries: EntityQueries;
  readonly registration: {
    readonly enabled: boolean;
    readonly guests: boolean;
    readonly tokens_required: boolean;
    readonly tokens: readonly string[];
    readonly flows?: readonly (readonly string[])[] | undefined;
  };
  /** Removes a deactivated user from every room. */
  readonly leaveRooms: (user: LocalUser) => Promise<void>;
  /** The number of a room; `undefined` if this server does not know it. */
  readonly roomNid: (roomId: string) => number | undefined;
}
