import type { SyncResponse } from "@patrix/client-api";
import type { SyncContext } from "../base/reduce-sync.ts";

/** A response of sync with the events that limited timelines left out. */
export interface Taken {
  readonly response: SyncResponse;
  readonly gaps: SyncContext["gaps"];
  /** Whether it is a part of an answer of which another part was taken in before, and with that its keys. */
  readonly isMore?: boolean | undefined;
}
