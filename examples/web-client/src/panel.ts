import type { EventId } from "@patrix/client";

/** What stands beside the conversation. */
export type Panel =
  | { readonly kind: "thread"; readonly root: EventId }
  | { readonly kind: "search" }
  | { readonly kind: "info" }
  | undefined;
