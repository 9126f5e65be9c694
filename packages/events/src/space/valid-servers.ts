import type { Repair } from "@patrix/api";
import { isServerName, type ServerName } from "@patrix/identifiers";

/** The servers in a list of them, which may be malformed; none in what is no list. @internal */
export function validServers(via: unknown): ServerName[] {
  return Array.isArray(via) ? via.filter(isServerName) : [];
}

/** Takes a malformed list of servers for those in it that are servers, and anything else for an empty one. @internal */
export const onlyValidServers: Repair = (via) => ({ replacement: validServers(via) });
