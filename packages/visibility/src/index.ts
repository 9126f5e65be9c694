/**
 * Who may see an event, and bundling of its relations.
 *
 * @packageDocumentation
 */
export { type Aggregations, bundleRelations, type BundledThread, type RelationsOf, withAggregations } from "./bundle-relations.ts";
export { canServerSeeEvent, type ServerSight } from "./can-server-see-event.ts";
export { canUserSeeEvent, type UserSight } from "./can-user-see-event.ts";
export { type HistoryVisibility, toHistoryVisibility } from "./history-visibility.ts";
export type { RelatableEvent } from "./relatable-event.ts";
export type { VisibleEvent } from "./state-change.ts";
export type { Viewer } from "./viewer.ts";
