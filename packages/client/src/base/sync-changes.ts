import type { ClientEventWithoutRoomId, ToDeviceEvent } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import type { BaseState, RoomData } from "./room-data.ts";
import type { StateSlot } from "./room-draft.ts";

/** Events that a limited timeline left out. */
export interface FilledGap {
  /** Oldest first. */
  readonly events: readonly ClientEventWithoutRoomId[];
  /** Token of the history before them, if not all that is missing could be fetched. */
  readonly missingBefore: string | undefined;
}

/** What one sync response adds to the timeline of a room. */
export interface TimelineBatch {
  /** What the limited timeline left out, oldest first. */
  readonly gap: readonly ClientEventWithoutRoomId[];
  /** The events of the response, oldest first; none of them is among those of the gap. */
  readonly events: readonly ClientEventWithoutRoomId[];
  /** Whether other events are missing between what was known before and these. */
  readonly isReset: boolean;
  /** Token of the history before the gap, as far as it is known. */
  readonly before: string | undefined;
  /** Token of the history before the events of the response. */
  readonly beforeEvents: string | undefined;
}

/** What one sync response did to one room. */
export interface RoomChange {
  readonly before: RoomData | undefined;
  readonly after: RoomData;
  /** New events of the timeline, oldest first: none of before the client's first sync, and none of before the user joined. */
  readonly live: readonly ClientEventWithoutRoomId[];
  /** What is new of the timeline, whether live or not. */
  readonly batch: TimelineBatch | undefined;
  /** State that was set or removed. */
  readonly changedState: readonly StateSlot[];
}

/** What one sync response did. */
export interface SyncChanges {
  readonly state: BaseState;
  readonly rooms: ReadonlyMap<RoomId, RoomChange>;
  /** Types of global account data that came. */
  readonly accountData: readonly string[];
  readonly toDevice: readonly ToDeviceEvent[];
}
