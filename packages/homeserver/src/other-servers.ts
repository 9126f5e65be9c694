import { serverOf } from "@patrix/signatures";
import { UnreachableError } from "./errors.ts";

/** The other servers of the federation, as far as requests of this server's users need them. */
export interface OtherServers {
  /** Why a server cannot be asked; `undefined` if it can, or is this one. */
  readonly refusal: (serverName: string) => UnreachableError | undefined;
}

/** Other servers before there is federation: none can be asked, and whoever needs one is told so. */
export function noFederation(ownName: string): OtherServers {
  return {
    refusal: (serverName) =>
      serverName === ownName ? undefined : new UnreachableError(serverName, "this server does not federate with others yet"),
  };
}

/** Checks that the servers of users can be asked. @throws {UnreachableError} */
export function requireReachable({ refusal }: OtherServers, userIds: Iterable<string>): void {
  for (const userId of userIds) {
    const server = serverOf(userId);
    const refused = server === undefined ? undefined : refusal(server);
    if (refused) throw refused;
  }
}
