import type { ClientEventWithoutRoomId, ToDeviceEvent } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import type { BaseState, RoomData } from "./room-data.ts";
import type { StateSlot } from "./room-draft.ts";

/** What one sync response did to one room. */
export interface RoomChange {
  readonly before: RoomData | undefined;
  readonly after: RoomData;
  /** New events of the timeline, oldest first: none of before the client's first sync, and none of before the user joined. */
  readonly live: readonly ClientEventWithoutRoomId[];
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
