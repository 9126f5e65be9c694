import type { JsonObject } from "@patrix/api";
import type { ProfileOf } from "../../rooms/member-content.ts";
import type { Members } from "../../rooms/members.ts";
import type { Receipts } from "../../rooms/receipts.ts";
import type { RoomReader } from "../../rooms/room-access.ts";
import type { RoomEngine } from "../../rooms/room-engine.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { Timelines } from "../../rooms/timelines.ts";
import type { Typing } from "../../rooms/typing.ts";
import type { Visibility } from "../../rooms/visibility.ts";
import type { Sync } from "../../sync/sync.ts";

/** What the handlers of rooms and sync work with. */
export interface RoomServices {
  readonly rooms: Rooms;
  readonly engine: RoomEngine;
  readonly members: Members;
  readonly reader: RoomReader;
  readonly timelines: Timelines;
  readonly visibility: Visibility;
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly sync: Sync;
  readonly profileOf: ProfileOf;
  readonly defaultRoomVersion: string;
  /** Stores account data of a user for a room. */
  readonly setAccountData: (userNid: number, roomNid: number, type: string, content: JsonObject) => Promise<void>;
}
