import type { FilterDefinition } from "@patrix/client-api";

/**
 * The filter of a sync: members are loaded as they speak, presence is not wanted. The first sync asks for few events of
 * each room, a later one for many, so that little is missed after a pause.
 */
export function syncFilter(incremental: boolean): FilterDefinition {
  return {
    presence: { not_types: ["*"] },
    room: { state: { lazy_load_members: true }, timeline: { limit: incremental ? 100 : 10, lazy_load_members: true } },
  };
}
