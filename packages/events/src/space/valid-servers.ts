import type { Repair } from "@patrix/api";
import { isServerName } from "@patrix/identifiers";

/** Takes a malformed list of servers for those in it that are servers, and anything else for an empty one. @internal */
export const validServers: Repair = (via) => ({ replacement: Array.isArray(via) ? via.filter(isServerName) : [] });
