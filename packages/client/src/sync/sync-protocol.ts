import type { SupportedVersions } from "@patrix/api";
import type { SyncResponse } from "@patrix/client-api";
import type { RoomHints } from "../base/reduce-sync.ts";
import type { RoomId } from "@patrix/identifiers";
import type { RequestOptions } from "../http/http-client.ts";

/** An answer of the server, in the terms of `/sync`; `next_batch` is where the next poll continues. */
export interface PolledSync {
  readonly response: SyncResponse;
  readonly rooms?: ReadonlyMap<RoomId, RoomHints> | undefined;
  /** Rooms of a first answer that the response leaves out, some at a time. */
  readonly more?: AsyncIterable<SyncResponse> | undefined;
}

/** Features of servers that have sliding sync: as it is deployed, and as the proposal was merged. */
export const deployedSliding = "org.matrix.simplified_msc3575";
const mergedSliding = "org.matrix.msc4186.stable";

/** Whether a server has sliding sync. */
export function hasSlidingSync(supported: SupportedVersions | undefined): boolean {
  return supported?.features?.[deployedSliding] === true || supported?.features?.[mergedSliding] === true;
}

/** Whether a position is one of sliding sync. */
export function isSlidingPosition(position: string): boolean {
  return position.startsWith("{");
}

/** A way to ask a server for what is new. */
export interface SyncProtocol {
  /** Asks for what is new since a position; for everything, if there is none. Waits for up to `waitMs`, in milliseconds. */
  poll(position: string | undefined, waitMs: number, options: RequestOptions): Promise<PolledSync>;
  /** Whether a position was given by this protocol. */
  knows(position: string): boolean;
  /** Where to go on when the server does not take a position any more; `undefined` if everything is to be forgotten. */
  renewed(position: string, error: unknown): string | undefined;
  /** The token at which what is missing ends, in the terms of `/messages`; `undefined` if only the known events tell. */
  gapEnd(position: string): string | undefined;
}
