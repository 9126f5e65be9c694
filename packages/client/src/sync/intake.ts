// What is loaded while the first answer of the server is on its way: without it, the rooms that the store has are shown already.
export { compilePushRules } from "../push/compile-push-rules.ts";
export { EventCache } from "../timeline/event-cache.ts";
