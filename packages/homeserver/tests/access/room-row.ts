import type { OperationId } from "@patrix/client-api";
import type { AccessRoom, AccessUser, AccessWorld } from "./access-world.ts";
import type { Situation } from "./actors.ts";
import type { Expected, Markers } from "./expectation.ts";

/** A request: method, path and body. */
export type RequestLine = readonly [method: string, path: string, body?: unknown];

/** What a request of a cell is about. */
export interface RoomCell {
  readonly world: AccessWorld;
  readonly room: AccessRoom;
  readonly user: AccessUser;
}

/** One request of an operation, and what each actor must get for it. */
export interface RoomProbe {
  readonly request: (cell: RoomCell) => RequestLine;
  readonly expected: (situation: Situation) => Expected;
  /** What an answer with status 200 shows; without it nothing of what was planted. */
  readonly shows?: (situation: Situation) => Markers;
  /** What the answer must and must not say besides. */
  readonly says?: (situation: Situation, cell: RoomCell) => { readonly present?: RegExp; readonly absent?: RegExp };
}

/** The operations of open proposals that are about a room. */
export type ProposedOperation =
  | "sendDelayedMessageEvent"
  | "sendDelayedStateEvent"
  | "sendDelayedEvent"
  | "sendStickyMessage"
  | "setStickyState"
  | "simplifiedMsc3575Sync"
  | "slidingSync"
  | "deleteAccountDataPerRoom"
  | "getThreadSubscription"
  | "subscribeThread"
  | "unsubscribeThread";

/** What is expected of an operation about a room. */
export interface RoomRow {
  readonly operation: OperationId | ProposedOperation;
  readonly probes: readonly RoomProbe[];
  /** Whether guests may use it. */
  readonly guests: boolean;
  /** Whether it takes no token. */
  readonly open?: true | "optional";
  /** Whether a success changes who may do what, so that it needs a room of its own. */
  readonly changes?: boolean;
}

/** What a reading of the whole timeline shows. */
export const history = (situation: Situation): Markers => ({
  messages: situation.visibleEras(),
  states: situation.visibleEras(),
  latecomer: situation.newestEra === "after",
});
